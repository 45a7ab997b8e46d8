/** From a Procfile, as foreman and its relatives run it, and the `.env` beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnvFile } from '../../services/env-file.ts';
import { shellLine } from './command.ts';
import { Draft } from './draft.ts';

/** foreman gives each kind of process a port of its own, so many apart. */
const portStep = 100;
const firstPort = 5_000;

export function fromProcfile(text: string, file: string): Draft {
  const draft = new Draft('Procfile');
  const env = environmentBeside(file);
  if (env !== null) draft.defaults['env_file'] = '.env';
  draft.notes.push(
    'Services get only a little of the environment of whoever starts drover. Where a program needs all of it, write inherit_env: true here.',
  );
  for (const [index, [, name = '', line = '']] of linesOf(text).entries()) {
    const service = draft.add(name);
    const port = (Number(env?.['PORT']) || firstPort) + index * portStep;
    service.set({ ...shellLine(line), environment: { PORT: port } });
    if (name === 'release') {
      service.set({ type: 'oneshot', autostart: false });
      service.notes.push('runs to its end, once, when it is asked for: `drover start release`');
    }
  }
  draft.notes.push(
    'foreman ends everything when one process ends; drover restarts those that fail, unless they say restart: no.',
  );
  return draft;
}

const linesOf = (text: string): readonly RegExpMatchArray[] => [
  ...text.matchAll(/^([A-Za-z0-9_-]+):[^\S\n]*(\S.*)$/gm),
];

function environmentBeside(file: string): Readonly<Record<string, string>> | null {
  const path = join(dirname(resolve(file)), '.env');
  return existsSync(path) ? parseEnvFile(readFileSync(path, 'utf8'), process.env).values : null;
}
