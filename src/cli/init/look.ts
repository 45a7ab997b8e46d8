/** Looks at a folder: what in it says which programs it consists of. Runs nothing of it but a PM2 file. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Draft } from '../import/draft.ts';
import { readForeign } from '../import/read.ts';
import { isTable } from '../import/table.ts';

/** The files of other supervisors, the most telling first. */
const foreign: readonly string[] = [
  'Procfile',
  'process-compose.yaml',
  'process-compose.yml',
  'ecosystem.config.js',
  'ecosystem.config.cjs',
  'ecosystem.config.json',
  'supervisord.conf',
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
];

export interface Found {
  readonly draft: Draft;
  /** `Procfile`; null: nothing, so it is an example. */
  readonly from: string | null;
}

export async function lookAt(directory: string): Promise<Found> {
  const file = foreign.find((name) => existsSync(join(directory, name)));
  if (file !== undefined) {
    return { draft: await readForeign(join(directory, file)), from: file };
  }
  const draft = new Draft('this folder');
  if (addScripts(draft, directory)) return { draft, from: 'package.json' };
  if (existsSync(join(directory, 'manage.py'))) {
    draft.add('web').set({
      command: ['python3', 'manage.py', 'runserver', '127.0.0.1:8000'],
      ready: { tcp: 8000 },
    });
    return { draft, from: 'manage.py' };
  }
  addExample(draft);
  return { draft, from: null };
}

/** Those that go on for ever; the others are for people. */
const lasting = /^(?:start|serve|server|web|api|worker|workers|queue|scheduler|cron|dev)(?::|$)/;

function addScripts(draft: Draft, directory: string): boolean {
  const scripts = Object.entries(scriptsOf(directory)).filter(([name]) => lasting.test(name));
  for (const [name, line] of scripts) {
    const isDevelopment = name.startsWith('dev') && scripts.length > 1;
    const service = draft.add(name === 'start' ? 'web' : name);
    service.notes.length = 0;
    service.notes.push(`package.json has "${name}": ${line}`);
    service.set({
      command: /^node\s[^$&|;<>*?`]*$/.test(line) ? line : ['npm', 'run', '--silent', name],
      autostart: isDevelopment ? false : undefined,
    });
    if (isDevelopment) service.notes.push(`for development: \`drover start ${service.name}\``);
  }
  return scripts.length > 0;
}

function scriptsOf(directory: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const scripts = isTable(parsed) ? parsed['scripts'] : null;
    if (!isTable(scripts)) return {};
    return Object.fromEntries(Object.entries(scripts).map(([name, line]) => [name, `${line}`]));
  } catch {
    return {};
  }
}

function addExample(draft: Draft): void {
  const service = draft.add('hello');
  service.notes.push(
    'An example to replace. A command is a list of words, or one line; a line that needs a shell has shell: true beside it.',
  );
  service.set({
    description: 'says the time every five seconds',
    command: ['sh', '-c', 'while true; do date; sleep 5; done'],
  });
}
