/** Asks where a server's program is: on PATH, and where packages put what is not on everybody's PATH. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SupervisorError } from './errors.ts';

/** What is looked for, and how to get it. */
export interface Program {
  /** In the order of preference: `mariadbd`, `mysqld`. */
  readonly names: readonly string[];
  /** May have one `*`: the directories of several versions, of which the newest is taken. */
  readonly directories?: readonly string[];
  /** One of several versions was asked for, and whatever is on PATH may be another. */
  readonly isOnlyThere?: boolean;
  /** `apt-get install redis-server` */
  readonly install: string;
}

const usual = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/bin',
];

/** The whole path, or a SupervisorError `missing-binary` that says how to get it. */
export function findBinary(program: Program, path: string | undefined): string {
  const own = (program.directories ?? []).flatMap(expand);
  const onPath = (path ?? '').split(delimiter).filter((directory) => directory.startsWith('/'));
  const directories = program.isOnlyThere === true ? own : [...own, ...onPath, ...usual];
  for (const name of program.names) {
    const found = directories.map((directory) => join(directory, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  const names = program.names.map((name) => `"${name}"`).join(' or ');
  throw new SupervisorError(
    'missing-binary',
    `needs the program ${names}, which is not installed`,
    `get it with: ${program.install}; or say where it is with "binary"`,
  );
}

// `/usr/lib/postgresql/*/bin`: the newest version first.
function expand(pattern: string): readonly string[] {
  const [before, after] = pattern.split('*');
  if (before === undefined || after === undefined) return [pattern];
  return entriesOf(before)
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .map((entry) => `${before}${entry}${after}`);
}

function entriesOf(directory: string): string[] {
  const parent = directory.slice(0, directory.lastIndexOf('/') + 1);
  const prefix = directory.slice(parent.length);
  try {
    return readdirSync(parent)
      .filter((entry) => entry.startsWith(prefix))
      .map((entry) => entry.slice(prefix.length));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
