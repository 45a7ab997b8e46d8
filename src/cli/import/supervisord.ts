/** From the configuration of supervisord. Reads the files that it includes. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Draft } from './draft.ts';
import { parseIni, parsePairs, type Section } from './ini.ts';
import { addProgram } from './supervisord-program.ts';

export function fromSupervisord(text: string, file: string): Draft {
  const draft = new Draft('supervisord');
  const sections = withIncluded(parseIni(text), dirname(resolve(file)), draft);
  draft.defaults['stop'] = { scope: 'process' };
  draft.notes.push(
    'supervisord sends its signal to the process it started, and not to the children of that one, unless stopasgroup says so.',
  );
  for (const section of sections) addSection(draft, section, dirname(resolve(file)));
  // Groups are made of programs that may stand behind them.
  for (const { name, values } of sections) {
    const group = /^group:(.+)$/.exec(name)?.[1];
    if (group === undefined) continue;
    const members = (values.get('programs') ?? '').split(',').map((one) => one.trim());
    draft.group(group, members);
  }
  return draft;
}

function addSection(draft: Draft, { name, values }: Section, here: string): void {
  const [kind = '', rest = ''] = name.split(/:(.*)/s);
  if (kind === 'program') addProgram(draft, rest, values, here);
  else if (kind === 'supervisord') addDaemon(draft, values, here);
  else if (kind === 'eventlistener') {
    draft.lose(name, 'drover tells its events itself: see `drover events --json`');
  } else if (kind === 'fcgi-program') {
    addProgram(draft, rest, values, here);
    draft.lose(`socket of ${name}`, 'the program must listen itself');
  } else if (kind === 'inet_http_server') {
    draft.lose(name, 'say `drover up --listen 127.0.0.1:PORT`');
  }
}

function addDaemon(draft: Draft, values: ReadonlyMap<string, string>, here: string): void {
  const { defaults } = draft;
  const environment = parsePairs((values.get('environment') ?? '').replaceAll('%(here)s', here));
  if (Object.keys(environment).length > 0) defaults['environment'] = environment;
  const [umask, minfds, directory] = ['umask', 'minfds', 'directory'].map((key) => values.get(key));
  if (umask !== undefined) defaults['umask'] = umask;
  if (directory !== undefined) defaults['cwd'] = directory.replaceAll('%(here)s', here);
  if (minfds !== undefined && /^\d+$/.test(minfds)) defaults['limits'] = { nofile: Number(minfds) };
  if (values.has('user')) {
    draft.lose(`[supervisord] user=${values.get('user')}`, 'run drover itself as that account');
  }
}

/** Those that are included come behind, in the order of their names. */
function withIncluded(sections: readonly Section[], here: string, draft: Draft): Section[] {
  const patterns = sections
    .filter(({ name }) => name === 'include')
    .flatMap(({ values }) => (values.get('files') ?? '').split(/\s+/))
    .filter((pattern) => pattern !== '');
  const included = patterns.flatMap((pattern) => {
    const files = expand(resolve(here, pattern.replaceAll('%(here)s', here)));
    if (files.length === 0) draft.lose(`[include] ${pattern}`, 'there is no such file here');
    return files;
  });
  return [...sections, ...included.flatMap((path) => parseIni(readFileSync(path, 'utf8')))];
}

/** `/etc/supervisor/conf.d/*.conf`: a pattern in any part of the path. */
function expand(pattern: string): readonly string[] {
  let found = ['/'];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    found = found.flatMap((directory) => matching(directory, part));
  }
  return found;
}

function matching(directory: string, part: string): readonly string[] {
  const source = part.replaceAll(/[.+^$(){}|\\]/g, '\\$&').replaceAll('*', '.*');
  const pattern = new RegExp(`^${source.replaceAll('?', '.')}$`);
  try {
    return readdirSync(directory)
      .filter((entry) => pattern.test(entry))
      .sort()
      .map((entry) => join(directory, entry));
  } catch {
    return [];
  }
}
