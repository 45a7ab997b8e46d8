/**
 * Asks the OS to start a service: with its output, its lifeline, and where it wants
 * one, with a NOTIFY_SOCKET that is bound before it runs.
 */

import { resolveCredentials } from '../credentials.ts';
import type { Cancel, SpawnListener, SpawnRequest } from '../port.ts';
import { watchLifeline } from './lifeline.ts';
import { listenToNotify } from './notify.ts';
import type { Spawner } from './spawn.ts';

/** `keep` lets go of the helper of a service when the kernel is closed. */
export function startService(
  spawn: Spawner,
  keep: (cancel: Cancel) => Cancel,
  request: SpawnRequest,
  listener: SpawnListener,
): void {
  if (request.notifySocket === null) startProgram(spawn, request, {}, listener);
  else startNotifying(spawn, keep, request, request.notifySocket, listener);
}

function startProgram(
  spawn: Spawner,
  { command, lifeline, output }: SpawnRequest,
  extraEnv: Readonly<Record<string, string>>,
  listener: Pick<SpawnListener, 'spawned' | 'failed' | 'exited'>,
): void {
  const file = output === null ? null : ({ kind: 'file', path: output, owner: null } as const);
  spawn(command, { lifeline, output: file, extraEnv }, listener);
}

function startNotifying(
  spawn: Spawner,
  keep: (cancel: Cancel) => Cancel,
  request: SpawnRequest,
  path: string,
  listener: SpawnListener,
): void {
  const end = keep(
    listenToNotify(path, ownerOf(request), {
      bound: () =>
        startProgram(spawn, request, { NOTIFY_SOCKET: path }, endingWith(end, request, listener)),
      failed: (problem, reason) =>
        listener.failed(problem, `cannot bind the NOTIFY_SOCKET ${path}: ${reason}`),
      message: (fields) => listener.notified(fields),
    }),
  );
}

/** The helper is of use for as long as anybody of the service is left to send. */
function endingWith(end: Cancel, { lifeline }: SpawnRequest, listener: SpawnListener) {
  return {
    spawned: listener.spawned,
    failed: (...problem: Parameters<SpawnListener['failed']>) => {
      end();
      listener.failed(...problem);
    },
    exited: (exit: Parameters<SpawnListener['exited']>[0]) => {
      watchLifeline(lifeline, end);
      listener.exited(exit);
    },
  };
}

/** An unknown user is found out and told when the program is to start. */
function ownerOf({ command }: SpawnRequest) {
  const identifiers = command.credentials && resolveCredentials(command.credentials);
  return identifiers === null || 'problem' in identifiers ? null : identifiers;
}
