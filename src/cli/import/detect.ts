/** Tells whose file it is: by what was said, by its name, and by what is in it. Pure. */
import { basename, extname } from 'node:path';
import { SupervisorError } from '../../services/errors.ts';
import { didYouMean } from '../../services/suggestion.ts';

export const formats = ['supervisord', 'pm2', 'procfile', 'compose', 'process-compose'] as const;
export type Format = (typeof formats)[number];

const otherWords: Readonly<Record<string, Format>> = {
  supervisor: 'supervisord',
  foreman: 'procfile',
  'docker-compose': 'compose',
  docker: 'compose',
};

/** Throws `usage`. */
export function formatOf(file: string, text: string, said: string | undefined): Format {
  if (said !== undefined) return named(said);
  const found = byName(file) ?? byContent(text);
  if (found !== null) return found;
  throw new SupervisorError(
    'usage',
    `cannot tell whose configuration "${file}" is`,
    `say so with --from: ${formats.join(', ')}`,
  );
}

function named(said: string): Format {
  const word = said.toLowerCase();
  const found = formats.find((format) => format === word) ?? otherWords[word];
  if (found !== undefined) return found;
  const hint = didYouMean(word, formats) ?? `there are ${formats.join(', ')}`;
  throw new SupervisorError('usage', `cannot import from "${said}"`, hint);
}

function byName(file: string): Format | null {
  const name = basename(file).toLowerCase();
  if (name.startsWith('procfile')) return 'procfile';
  if (name.startsWith('process-compose')) return 'process-compose';
  if (/^(?:docker-)?compose\b.*\.ya?ml$/.test(name)) return 'compose';
  if (['.js', '.cjs', '.mjs', '.ts'].includes(extname(name))) return 'pm2';
  return null;
}

function byContent(text: string): Format | null {
  if (/^\[(?:program:|supervisord\])/m.test(text)) return 'supervisord';
  if (/^\s*"?apps"?\s*:/m.test(text)) return 'pm2';
  if (/^processes\s*:/m.test(text)) return 'process-compose';
  if (/^services\s*:/m.test(text)) return 'compose';
  return /^[A-Za-z0-9_-]+:[^\S\n]*\S/.test(text) ? 'procfile' : null;
}
