/** What a new configuration changes, as people read it. */
import type { ResponseOf } from '../control/client.ts';
import { plain } from '../runtime/sanitize.ts';
import type { Screen, Style } from './render/screen.ts';
import { pad } from './render/text-width.ts';

export type Change = ResponseOf<'plan'>[number];

const kinds: Readonly<Record<Change['kind'], readonly [symbol: string, style: Style]>> = {
  start: ['+', 'green'],
  stop: ['-', 'red'],
  restart: ['↻', 'yellow'],
  update: ['~', 'cyan'],
  unchanged: ['=', 'gray'],
};

/** What stays as it is is only counted. */
export function changeLines(screen: Screen, changes: readonly Change[]): readonly string[] {
  const news = changes.filter(({ kind }) => kind !== 'unchanged');
  const width = Math.max(0, ...news.map(({ name }) => name.length));
  const lines = news.map(({ name, kind, why }) => {
    const [symbol, style] = kinds[kind];
    const what = screen.paint(style, `${symbol} ${pad(name, width)}  ${pad(kind, 7)}`);
    return `${what}  ${plain(why)}`;
  });
  return [...lines, ...(lines.length === 0 ? [] : ['']), summary(changes)];
}

function summary(changes: readonly Change[]): string {
  const count = (kind: Change['kind']): number =>
    changes.filter((change) => change.kind === kind).length;
  const parts = (['start', 'stop', 'restart', 'update'] as const).flatMap((kind) =>
    count(kind) === 0 ? [] : [`${count(kind)} to ${kind}`],
  );
  const unchanged = count('unchanged');
  if (parts.length === 0) return `nothing to change: ${unchanged} unchanged`;
  return [...parts, `${unchanged} unchanged`].join(', ');
}
