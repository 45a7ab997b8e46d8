/** A small line of the last minutes, with the last number beside it. */
import type { Sample } from '../model/usage.ts';

interface Props {
  readonly samples: readonly Sample[];
  readonly of: 'cpu' | 'rss';
  readonly text: string;
}

const width = 34;
const height = 16;
const shown = 60;

export function Spark({ samples, of, text }: Props) {
  return (
    <span class={`col-${of}`} title={text}>
      <svg class="spark" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <path d={pathOf(samples.slice(-shown), of)} />
      </svg>
      <span class="spark-text">{text}</span>
    </span>
  );
}

/** The newest is at the right edge; where nothing is known the line is broken. */
function pathOf(samples: readonly Sample[], of: Props['of']): string {
  let [low, top] = of === 'cpu' ? [0, 5] : [Infinity, 1];
  for (const sample of samples) {
    const value = sample[of];
    if (value === null) continue;
    top = Math.max(top, value * 1.1);
    if (of === 'rss') low = Math.min(low, value * 0.9);
  }
  const y = (value: number): string =>
    (height - 1 - ((value - low) / (top - low || 1)) * (height - 3)).toFixed(1);
  const step = width / (shown - 1);
  let path = '';
  let isDrawing = false;
  samples.forEach((sample, i) => {
    const value = sample[of];
    const x = width - (samples.length - 1 - i) * step;
    if (value !== null)
      path += `${isDrawing ? 'L' : `M${(x - step).toFixed(1)} ${y(value)}L`}${x.toFixed(1)} ${y(value)}`;
    isDrawing = value !== null;
  });
  return path;
}
