/** The children of a main process, as they are told of. */
import type { ProcessInfo } from '../../kernel/port.ts';
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Bench } from './bench.ts';

/** All of its tree but the main process. */
export function childrenOf(bench: Bench, main: ProcessIdentity): readonly ProcessIdentity[] {
  return bench.kernel.members(bench.tree(main)).filter(({ pid }) => pid !== main.pid);
}

/** `2 children (nginx, sh)` */
export function kinText(left: readonly ProcessInfo[]): string {
  const names = new Set(left.map(({ command }) => programOf(command)));
  return `${countText(left.length)} (${[...names].slice(0, 3).join(', ')})`;
}

export const countText = (count: number): string => (count === 1 ? '1 child' : `${count} children`);

const programOf = (command: string): string =>
  command.split(' ')[0]?.split('/').at(-1)?.replace(/:$/, '') ?? command;
