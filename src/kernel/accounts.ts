/**
 * Asks who the users and groups of this machine are: files first, as they cost nothing,
 * and then the C library's own tools.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, type Stats, statSync } from 'node:fs';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** A name or a number, as text or as number. */
export function findUser(nameOrId: string | number): User | null {
  const users = passwd.entries();
  const listed = pick(users, nameOrId, (user) => user.uid);
  return listed ?? askFor('passwd', nameOrId, parseUser) ?? askId(nameOrId);
}

/** A name or a number, as text or as number. */
export function findGroup(nameOrId: string | number): Group | null {
  const groups = group.entries();
  return pick(groups, nameOrId, (one) => one.gid) ?? askFor('group', nameOrId, parseGroup);
}

/** Groups that list the user as a member; not always the one in the user's own line. */
export function listedGroupsOf(user: User): readonly number[] {
  if (!passwd.entries().includes(user)) return askForGroups(user.name);
  return group
    .entries()
    .filter((one) => one.members.includes(user.name))
    .map((one) => one.gid);
}

/** The number that was written, if it was one; a name made of digits is looked up first. */
export function asId(nameOrId: string | number): number | null {
  const id = typeof nameOrId === 'number' ? nameOrId : decimal(nameOrId);
  return Number.isSafeInteger(id) && id >= 0 && id < 2 ** 32 - 1 ? id : null;
}

const passwd = cachedFile('/etc/passwd', parseUser);
const group = cachedFile('/etc/group', parseGroup);

function pick<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  nameOrId: string | number,
  idOf: (entry: Entry) => number,
): Entry | null {
  const named = entries.find((entry) => entry.name === nameOrId);
  if (named !== undefined) return named;
  const id = asId(nameOrId);
  return (id === null ? undefined : entries.find((entry) => idOf(entry) === id)) ?? null;
}

/** Accounts may live in LDAP or the like, which only the C library knows how to ask. */
function askFor<Entry>(
  database: 'passwd' | 'group',
  nameOrId: string | number,
  parse: (line: string) => Entry | null,
): Entry | null {
  const key = String(nameOrId);
  if (!isAccountName(key)) return null;
  const asked = spawnSync('getent', [database, key], { encoding: 'utf8', timeout: 5_000 });
  return asked.status === 0 ? parse(asked.stdout.split('\n')[0] ?? '') : null;
}

/** macOS has no getent, and lists only the system's own accounts in /etc/passwd. */
function askId(nameOrId: string | number): User | null {
  const key = String(nameOrId);
  if (process.platform === 'linux' || !isAccountName(key)) return null;
  const asked = spawnSync('id', ['-P', key], { encoding: 'utf8', timeout: 5_000 });
  return asked.status === 0 ? parseUser(asked.stdout) : null;
}

function askForGroups(name: string): readonly number[] {
  const asked = spawnSync('id', ['-G', '--', name], { encoding: 'utf8', timeout: 5_000 });
  return asked.status === 0
    ? asked.stdout.trim().split(' ').map(decimal).filter(Number.isSafeInteger)
    : [];
}

/** Also keeps out what a tool would take for an option. */
function isAccountName(key: string): boolean {
  return /^[^:\s\0-][^:\s\0]*$/.test(key);
}

/** Read again only when the file has changed: a thousand starts ask a thousand times. */
function cachedFile<Entry>(path: string, parse: (line: string) => Entry | null) {
  let seen = '';
  let cached: readonly Entry[] = [];
  const entries = () => {
    const stats = statSync(path, { throwIfNoEntry: false });
    const now = stats === undefined ? '' : versionOf(stats);
    if (now !== seen) {
      cached = now === '' ? [] : parseLines(readFileSync(path, 'utf8'), parse);
      seen = now;
    }
    return cached;
  };
  return { entries };
}

function versionOf(stats: Stats): string {
  return `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
}

function parseLines<Entry>(text: string, parse: (line: string) => Entry | null): readonly Entry[] {
  return text
    .split('\n')
    .map(parse)
    .filter((entry) => entry !== null);
}

function parseUser(line: string): User | null {
  const [name = '', , uid = '', gid = ''] = line.split(':');
  const user = { name, uid: decimal(uid), gid: decimal(gid) };
  return name !== '' && Number.isSafeInteger(user.uid + user.gid) ? user : null;
}

function parseGroup(line: string): Group | null {
  const [name = '', , gid = '', members = ''] = line.split(':');
  const id = decimal(gid);
  if (name === '' || !Number.isSafeInteger(id)) return null;
  return { name, gid: id, members: members.split(',').filter((member) => member !== '') };
}

function decimal(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}
