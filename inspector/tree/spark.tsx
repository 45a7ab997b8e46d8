/** A small line of the last minutes, with the last number beside it. */
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../model/session.ts';
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
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = samples.at(-1)?.at ?? 0;
  const chosen = theme.value;
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, samples.slice(-shown), of);
  }, [last, samples.length, chosen, of]);
  return (
    <span class={`col-${of}`}>
      <canvas ref={canvas} class="spark" width={width * 2} height={height * 2} />
      <span class="spark-text">{text}</span>
    </span>
  );
}

function draw(canvas: HTMLCanvasElement, samples: readonly Sample[], of: Props['of']): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.clearRect(0, 0, canvas.width, canvas.height);
  const values = samples.map((sample) => sample[of]);
  const top = Math.max(of === 'cpu' ? 5 : 1, ...values.map((value) => value ?? 0)) * 1.1;
  const low = of === 'rss' ? Math.min(...values.map((value) => value ?? top)) * 0.9 : 0;
  const x = (i: number) => canvas.width - (values.length - 1 - i) * (canvas.width / (shown - 1));
  const y = (value: number) =>
    canvas.height - 2 - ((value - low) / (top - low || 1)) * (canvas.height - 4);
  context.lineWidth = 2.4;
  context.lineJoin = 'round';
  context.strokeStyle = getComputedStyle(canvas).color;
  context.beginPath();
  let isDown = false;
  values.forEach((value, i) => {
    if (value === null) {
      isDown = false;
      return;
    }
    if (isDown) context.lineTo(x(i), y(value));
    else context.moveTo(x(i) - (values.length === 1 ? 4 : 0), y(value));
    if (values.length === 1) context.lineTo(x(i), y(value));
    isDown = true;
  });
  context.stroke();
}
