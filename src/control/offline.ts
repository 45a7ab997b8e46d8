/**
 * What can be told and done where no manager runs: the journal says what there was,
 * and the kernel whether it is still alive. Looking changes nothing.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKernel } from '../kernel/index.ts';
import type { Kernel } from '../kernel/port.ts';
import type { ProjectSpec, Status } from '../machines/vocabulary.ts';
import type { Outcome } from '../runtime/api.ts';
import type { ServiceMemory } from '../runtime/journal-record.ts';
import { exitMessage, failureMessage } from '../runtime/wording.ts';
import { type Recollection, recall } from './recall.ts';

export interface OfflineService {
  readonly name: string;
  /** What it was seen as last, corrected by whether anything of it is alive. */
  readonly state: Status;
  readonly desired: 'up' | 'down';
  readonly alive: boolean;
  readonly pid: number | null;
  /** All that live, the main process first where it does. */
  readonly pids: readonly number[];
  readonly lastExit: {
    readonly code: number | null;
    readonly signal: string | null;
    readonly reason: string;
    readonly at: number | null;
  } | null;
  readonly failure: string | null;
  readonly why: string;
}

export interface OfflineStatus {
  /** Nobody manages it at present. */
  readonly daemon: null;
  readonly stateDir: string;
  /** The last manager, and whether it ended in order. */
  readonly lastManager: {
    readonly pid: number;
    readonly at: number;
    readonly ended: 'in order' | 'crashed';
  } | null;
  readonly services: readonly OfflineService[];
}

/** Throws `journal-too-new`. */
export function offlineStatus(
  stateDir: string,
  { names = [], kernel }: { readonly names?: readonly string[]; readonly kernel?: Kernel } = {},
): OfflineStatus {
  const asked = kernel ?? createKernel();
  try {
    const before = recall(stateDir, asked.self().bootId);
    const all = new Set([...names, ...before.services.keys(), ...lifelinesIn(stateDir)]);
    return {
      daemon: null,
      stateDir,
      lastManager: lastManager(before),
      services: [...all].flatMap((name) => look(asked, stateDir, name, before) ?? []),
    };
  } finally {
    if (kernel === undefined) asked.close();
  }
}

/** `drover down` without a daemon: adopts what is left, stops it in order, and lets go. */
export async function stopOffline(spec: ProjectSpec, by: string): Promise<readonly Outcome[]> {
  const { createSupervisor } = await import('../runtime/create.ts');
  const supervisor = await createSupervisor(spec, { by, logLevel: 'silent' });
  try {
    return await supervisor.stop(undefined, { by });
  } finally {
    await supervisor.dispose({ services: 'leave' });
  }
}

function lastManager({ manager, closed }: Recollection): OfflineStatus['lastManager'] {
  if (manager === null) return null;
  return { pid: manager.manager, at: manager.wall, ended: closed ? 'in order' : 'crashed' };
}

/** A service that was removed from the configuration may live on, and has left its lifeline. */
function lifelinesIn(stateDir: string): readonly string[] {
  try {
    return readdirSync(join(stateDir, 'run'))
      .filter((file) => file.endsWith('.lifeline'))
      .map((file) => file.slice(0, -'.lifeline'.length));
  } catch {
    return [];
  }
}

/** null: a group, or nothing that ever ran here. */
function look(
  kernel: Kernel,
  stateDir: string,
  name: string,
  { services }: Recollection,
): OfflineService | null {
  const memory = services.get(name) ?? null;
  const lifeline = join(stateDir, 'run', `${name}.lifeline`);
  const main = memory?.process ?? null;
  const members = kernel.members({ lifeline, main, known: [] });
  const isMainAlive = main !== null && kernel.isAlive(main);
  const pids = [...new Set([...(isMainAlive ? [main.pid] : []), ...members.map(({ pid }) => pid)])];
  const alive = pids.length > 0;
  const state = stateOf(memory, alive);
  return {
    ...{ name, state, alive, pids },
    desired: memory?.wish ?? 'down',
    pid: pids[0] ?? null,
    lastExit: lastExit(memory),
    failure: memory?.failure == null ? null : failureMessage(memory.failure),
    why: why(name, memory, pids, isMainAlive),
  };
}

function stateOf(memory: ServiceMemory | null, alive: boolean): Status {
  if (memory === null) return alive ? 'running' : 'stopped';
  const rests: readonly Status[] = ['stopped', 'completed', 'failed'];
  if (alive) return rests.includes(memory.status) ? 'running' : memory.status;
  return rests.includes(memory.status) ? memory.status : 'stopped';
}

function lastExit(memory: ServiceMemory | null): OfflineService['lastExit'] {
  if (memory === null || memory.lastExit === null) return null;
  const { lastExit: exit, lastExitWall } = memory;
  return { ...exit, reason: exitMessage(exit), at: lastExitWall };
}

function why(
  name: string,
  memory: ServiceMemory | null,
  pids: readonly number[],
  isMainAlive: boolean,
): string {
  if (pids.length === 0) {
    const end = memory?.failure == null ? '' : `: ${failureMessage(memory.failure)}`;
    return `"${name}" is not running, and no manager runs${end}`;
  }
  const who = pids.length === 1 ? `process ${pids[0]}` : `processes ${pids.slice(0, 5).join(', ')}`;
  const main = isMainAlive || memory?.process == null ? '' : ', its main process is gone';
  return `"${name}" is alive as ${who}${main}; no manager runs, and the next one adopts it`;
}
