/** What is true of the simulated system, whatever a manager may think. */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import { isSame, type ProcessState, type Role, type SimulatedProcess } from './process.ts';
import type { ProcessTable } from './process-table.ts';

/** A pid, an identity, the name of a program (its workers excepted), or a lifeline's path. */
export type Target = number | string | ProcessIdentity;

/** A living process. */
export interface LivingProcess {
  readonly identity: ProcessIdentity;
  readonly program: string;
  readonly role: Role;
  readonly state: ProcessState;
  readonly group: number;
  readonly session: number;
  /** The lifeline it holds, and the one of the spawn it descends from; null: none. */
  readonly lifeline: string | null;
  readonly origin: string | null;
  /** The entry of `history.spawns` it descends from. */
  readonly spawn: number | null;
}

/** All that descends from a spawn for that lifeline, or for any. */
export function living(table: ProcessTable, lifeline?: string): readonly LivingProcess[] {
  const living: LivingProcess[] = [];
  for (const origin of lifeline === undefined ? table.lifelines() : [lifeline]) {
    for (const process of table.descended(origin)) living.push(show(process));
  }
  return living;
}

export function livingNamed(table: ProcessTable, program: string): readonly LivingProcess[] {
  return named(table, program).map(show);
}

export function countNamed(table: ProcessTable, program: string): number {
  let count = 0;
  for (const { alive, birth } of table.all()) if (alive && birth.program === program) count += 1;
  return count;
}

export function find(table: ProcessTable, target: Target): readonly SimulatedProcess[] {
  if (typeof target === 'string') {
    if (target.startsWith('/')) return [...table.descended(target)];
    return named(table, target).filter(({ birth }) => birth.role !== 'worker');
  }
  const process = table.at(typeof target === 'number' ? target : target.pid);
  if (process === null || !process.alive) return [];
  return typeof target === 'number' || isSame(process.identity, target) ? [process] : [];
}

/** Looks at everybody: only a test asks, and no event of the system does. */
function named(table: ProcessTable, program: string): readonly SimulatedProcess[] {
  return [...table.all()].filter(({ alive, birth }) => alive && birth.program === program);
}

function show(process: SimulatedProcess): LivingProcess {
  const { identity, state, group, session, lifeline, birth } = process;
  const { program, role, origin, spawn } = birth;
  return { identity, program, role, state, group, session, lifeline, origin, spawn };
}
