/**
 * Everything that is done to a system from outside, as plain data: so that a run can be
 * kept, played again and made shorter. What follows of itself (timers, exits, news) is
 * in no list; it follows again.
 */
import type { Fault } from '../kernel/simulated/faults.ts';
import type { Name, Signal } from '../machines/vocabulary.ts';

/** What a person asks of the manager of the moment. */
export type UserAct =
  | {
      readonly do: 'start' | 'stop' | 'restart' | 'reload' | 'kill';
      readonly names: readonly Name[];
    }
  | { readonly do: 'stop-all' | 'look' }
  | { readonly do: 'signal'; readonly name: Name; readonly signal: Signal }
  | { readonly do: 'pin'; readonly names: readonly Name[]; readonly pinned: boolean }
  /** A configuration in which some are described differently, and some are not there. */
  | {
      readonly do: 'apply';
      readonly hash: string;
      readonly changed: readonly Name[];
      readonly missing: readonly Name[];
    }
  | { readonly do: 'apply-elsewhere' };

/** What becomes of managers. */
export type ManagerAct =
  | { readonly do: 'boot' | 'rival' | 'crash' | 'reboot' | 'power-cut' }
  /** So many effects yet, and it dies instead of the next one. */
  | { readonly do: 'crash-after'; readonly calls: number };

/** What the world does. A target is a service: its main process, or its whole tree. */
export type WorldAct =
  | { readonly do: 'end'; readonly name: Name; readonly tree: boolean }
  | { readonly do: 'suspend' | 'resume' | 'freeze' | 'thaw'; readonly name: Name }
  | { readonly do: 'silence'; readonly name: Name; readonly silent: boolean }
  | { readonly do: 'strangers'; readonly lives: readonly number[] }
  | { readonly do: 'shortage'; readonly times: number }
  | { readonly do: 'fault'; readonly fault: Fault }
  | { readonly do: 'heal' }
  /** null: it is lost. `stranger`: it names the youngest stranger. */
  | { readonly do: 'pid-file'; readonly name: Name; readonly content: string | null }
  | { readonly do: 'damage'; readonly part: 'end' | 'middle' | 'all' }
  | { readonly do: 'set-clock'; readonly byMs: number };

export type Act = UserAct | ManagerAct | WorldAct;

/** An act and its moment: after so many events of the very same millisecond. */
export interface TimedAct {
  readonly atMs: number;
  readonly after: number;
  readonly act: Act;
}

/** As one line of a trace. */
export function describeAct(act: Act): string {
  const said: string[] = [act.do];
  for (const [key, value] of Object.entries(act)) if (key !== 'do') said.push(shown(value));
  return said.join(' ');
}

export const shown = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
