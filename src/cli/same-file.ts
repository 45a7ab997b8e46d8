/** Who names a file means that file, and the daemon only reads its own again. */
import { realpathSync } from 'node:fs';
import { SupervisorError } from '../services/errors.ts';
import { findConfig } from '../services/find-config.ts';
import type { Session } from './session.ts';

/** Rejects with `usage` where another file was named than the daemon has. */
export async function mustBeOurs({ client, options }: Session, verb: string): Promise<void> {
  const named = options.file ?? options.project;
  if (named === undefined) return;
  const { file } = await client.daemon();
  const found = findConfig(named);
  if (file === null || real(file) === real(found)) return;
  throw new SupervisorError(
    'usage',
    `cannot ${verb} ${found}: the daemon runs ${file}`,
    'change that file, or end the daemon and start it with the other one',
  );
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
