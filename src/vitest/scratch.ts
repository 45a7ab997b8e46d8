/**
 * Where the services of test runs live: a directory for each keeper, all of them below
 * one, so that what a killed keeper left is found and cleared away by the next one.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from '../kernel/port.ts';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import { createSupervisor } from '../runtime/create.ts';
import { SupervisorError } from '../services/errors.ts';

/** A short path: that of a unix socket may have no more than 107 bytes. */
export function scratchRoot(): string {
  const uid = process.geteuid?.() ?? 0;
  const root = join(tmpdir(), `drover-tests-${uid}`);
  mkdirSync(root, { recursive: true, mode: 0o711 });
  const stats = lstatSync(root);
  // Whoever may write into it could put anything in the place of a database.
  if (!stats.isDirectory() || stats.uid !== uid || (stats.mode & 0o022) !== 0) {
    throw new SupervisorError(
      'state-dir-unusable',
      `cannot use ${root}: it is not ours alone`,
      'remove it, or set TMPDIR to another directory',
    );
  }
  return root;
}

/** `<pid>-<start time>`: so others see whether the keeper it belongs to lives. */
export function makeScratch(root: string, kernel: Kernel): string {
  const { pid, startTime } = kernel.self();
  const directory = join(root, `${pid}-${startTime}`);
  mkdirSync(directory, { mode: 0o711 });
  // Servers that drop root have to get through, whatever the umask.
  chmodSync(directory, 0o711);
  return directory;
}

export const stateDirOf = (directory: string): string => join(directory, 'state');

/** Stops whatever keepers that were killed have left running, and removes what is theirs. */
export async function sweep(root: string, kernel: Kernel): Promise<void> {
  for (const name of readdirSync(root)) {
    const [, pid, startTime] = /^(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const holder = kernel.identify(Number(pid));
    if (holder !== null && holder.startTime === Number(startTime)) continue;
    await clear(join(root, name), kernel);
  }
}

async function clear(directory: string, kernel: Kernel): Promise<void> {
  const stateDir = stateDirOf(directory);
  try {
    if (isThere(stateDir)) {
      const none = definingNothing(stateDir);
      const supervisor = await createSupervisor(none, { kernel, logLevel: 'silent' });
      await supervisor.dispose({ services: 'stop' });
    }
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    // It has a manager after all, perhaps in another container, or another sweep is at it.
    if (!(error instanceof SupervisorError && error.code === 'already-managed')) throw error;
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** What is not defined and is found running is stopped. */
function definingNothing(stateDir: string): ProjectSpec {
  const never = { type: 'temporary', intensity: 0, periodMs: 0, delayMs: 0, factor: 1 } as const;
  const noCodes = { successExitCodes: [], fatalExitCodes: [] };
  return {
    ...{ name: 'left', stateDir, shutdownTimeoutMs: 60_000 },
    root: {
      ...{ kind: 'group', name: 'root', description: null, children: [] },
      ...{ strategy: 'one_for_one', intensity: 0, periodMs: 0, onExceeded: 'isolate' },
      restart: { ...never, ...noCodes, maxDelayMs: 0, jitter: 0, resetAfterMs: 0 },
    },
  };
}
