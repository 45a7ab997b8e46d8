/** CPU and memory of the selected service over time. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { moment, selectedService, services, theme, usage } from '../model/session.ts';
import type { Sample } from '../model/usage.ts';
import { bytes } from '../shell/time.ts';
import './usage-chart.css';

export function UsageChart() {
  const name = selectedService.value;
  services.value;
  if (name === null) return null;
  const samples = usage.until(name, moment.value);
  if (samples.length < 2) return null;
  const at = samples.at(-1)?.at ?? 0;
  return (
    <section class="usage" aria-label={`CPU and memory of ${name}`}>
      <Plot
        key={`${name} cpu`}
        samples={samples}
        at={at}
        of="cpu"
        title="CPU"
        say={(n) => `${n} %`}
      />
      <Plot key={`${name} rss`} samples={samples} at={at} of="rss" title="Memory" say={bytes} />
    </section>
  );
}

interface Props {
  readonly samples: readonly Sample[];
  /** Of the last sample: the list is the same one when there is more in it. */
  readonly at: number;
  readonly of: 'cpu' | 'rss';
  readonly title: string;
  readonly say: (value: number) => string;
}

function Plot({ samples, at, of, title, say }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const chosen = theme.value;
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    const made = new uPlot(options(box, say), columns(samples, of), box);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: 92 }));
    observer.observe(box);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [chosen]);
  const last = samples.at(-1);
  useEffect(() => plot.current?.setData(columns(samples, of)), [at, samples.length]);
  const value = last?.[of];
  return (
    <figure class="usage-plot">
      <figcaption>
        {title} <b>{value === null || value === undefined ? '–' : say(value)}</b>
      </figcaption>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

function columns(samples: readonly Sample[], of: Props['of']): uPlot.AlignedData {
  return [samples.map(({ at }) => at / 1_000), samples.map((sample) => sample[of])];
}

function options(box: HTMLElement, say: Props['say']): uPlot.Options {
  const style = getComputedStyle(box);
  const [line, faint, accent] = ['--line', '--faint', '--accent'].map((one) =>
    style.getPropertyValue(one),
  );
  const axis = {
    stroke: faint ?? '',
    font: '10px system-ui',
    grid: { stroke: line ?? '', width: 1 },
    ticks: { show: false },
  };
  return {
    width: box.clientWidth,
    height: 92,
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.15, 1)] } },
    axes: [
      { ...axis, size: 18, space: 60 },
      { ...axis, size: 52, space: 24, values: (_, splits) => splits.map(say) },
    ],
    series: [
      {},
      { stroke: accent ?? '', width: 1.5, fill: `${accent}22`, points: { show: false } },
    ],
  };
}
