/** The directory that a supervisor keeps its memory in: made ready, locked, and given its FIFOs. */
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { GroupSpec, ProjectSpec } from '../machines/vocabulary.ts';
import { SupervisorError } from '../services/errors.ts';
import { lifelinesOf } from './chronicle.ts';

/**
 * Nobody else may look into it. Where a service runs as another user, that user must
 * be able to pass through to what is its own, and still sees nothing on the way.
 * Throws `state-dir-unusable`.
 */
export function prepareStateDir(kernel: Kernel, { stateDir, root }: ProjectSpec): void {
  const passable = isAnyOtherUser(root) ? 0o711 : 0o700;
  try {
    // It may be there from before there was such a service, or for the log of the daemon.
    kernel.files.makeDirectory(stateDir, { mode: passable, opens: true });
    kernel.files.makeDirectory(`${stateDir}/run`, { mode: passable, opens: true });
    kernel.files.makeDirectory(`${stateDir}/logs`, { mode: 0o700 });
  } catch (error) {
    throw unusable(stateDir, error);
  }
}

/** Throws `state-dir-unusable`. */
export function makeLifelines(kernel: Kernel, { stateDir, root }: ProjectSpec): void {
  try {
    kernel.makeLifelines(lifelinesOf(root));
  } catch (error) {
    throw unusable(stateDir, error);
  }
}

export function lockStateDir(kernel: Kernel, stateDir: string): Promise<Cancel> {
  return new Promise((resolve, reject) => {
    kernel.lock(stateDir, {
      locked: resolve,
      taken: (pid) =>
        reject(
          new SupervisorError(
            'already-managed',
            `cannot manage ${stateDir}: process ${pid ?? 'unknown'} does already`,
            'two managers would each start their own copies; ask the first one, or stop it',
          ),
        ),
      failed: (error) => reject(unusable(stateDir, error)),
    });
  });
}

function isAnyOtherUser({ children }: GroupSpec): boolean {
  return children.some(({ spec }) =>
    spec.kind === 'group'
      ? isAnyOtherUser(spec)
      : [spec.command.credentials, ...spec.prepare.map(({ owner }) => owner)].some(
          (one) => one !== null,
        ),
  );
}

function unusable(stateDir: string, error: unknown): SupervisorError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SupervisorError(
    'state-dir-unusable',
    `cannot use the state directory ${stateDir}: ${reason}`,
    'it must be a directory that we may write to and nobody else; set state_dir to another one',
  );
}
