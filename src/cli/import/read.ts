/** Reads a file of another supervisor into a draft. */
import { readFileSync } from 'node:fs';
import { SupervisorError } from '../../services/errors.ts';
import { type Format, formatOf } from './detect.ts';
import type { Draft } from './draft.ts';

export interface Said {
  readonly from?: string | undefined;
  /** Which of its environments is meant, where it has several. */
  readonly environment?: string | undefined;
}

/** Loads only what that format needs. Rejects: `usage`. */
export async function readForeign(file: string, said: Said = {}): Promise<Draft> {
  const text = contentOf(file);
  const format = formatOf(file, text, said.from);
  if (said.environment !== undefined && format !== 'pm2') {
    const hint = 'leave --env out: only a file of PM2 has blocks such as env_production';
    throw new SupervisorError('usage', `cannot choose an environment of ${format}`, hint);
  }
  try {
    return await readers[format](text, file, said.environment);
  } catch (error) {
    if (error instanceof SupervisorError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SupervisorError(
      'usage',
      `cannot read "${file}" as ${format}: ${reason}`,
      null,
      error,
    );
  }
}

type Reader = (text: string, file: string, environment: string | undefined) => Promise<Draft>;

const readers: Readonly<Record<Format, Reader>> = {
  supervisord: async (text, file) => (await import('./supervisord.ts')).fromSupervisord(text, file),
  pm2: async (...it) => (await import('./pm2.ts')).fromPm2(...it),
  procfile: async (text, file) => (await import('./procfile.ts')).fromProcfile(text, file),
  compose: async (text, file) => (await import('./compose.ts')).fromCompose(text, file),
  'process-compose': async (text, file) =>
    (await import('./process-compose.ts')).fromProcessCompose(text, file),
};

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SupervisorError('usage', `cannot read "${file}": ${reason}`, null, error);
  }
}
