/** Reads a file of another supervisor into a draft. */
import { readFileSync } from 'node:fs';
import { SupervisorError } from '../../services/errors.ts';
import { type Format, formatOf } from './detect.ts';
import type { Draft } from './draft.ts';

/** Loads only what that format needs. Rejects: `usage`. */
export async function readForeign(file: string, from: string | undefined): Promise<Draft> {
  const text = contentOf(file);
  const format = formatOf(file, text, from);
  try {
    return await readers[format](text, file);
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

const readers: Readonly<Record<Format, (text: string, file: string) => Promise<Draft>>> = {
  supervisord: async (...it) => (await import('./supervisord.ts')).fromSupervisord(...it),
  pm2: async (...it) => (await import('./pm2.ts')).fromPm2(...it),
  procfile: async (...it) => (await import('./procfile.ts')).fromProcfile(...it),
  compose: async (...it) => (await import('./compose.ts')).fromCompose(...it),
  'process-compose': async (...it) =>
    (await import('./process-compose.ts')).fromProcessCompose(...it),
};

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SupervisorError('usage', `cannot read "${file}": ${reason}`, null, error);
  }
}
