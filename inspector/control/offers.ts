/** What can be asked of a service as it stands, and why not where it cannot. Pure. */
import type { CommandRequest, GroupRow, ServiceRow } from '../../src/inspection/protocol.ts';

export type Verb = CommandRequest['verb'];

export interface Offer {
  readonly verb: Verb;
  /** Null: it can be asked. */
  readonly obstacle: string | null;
}

/** What a command is about: one service, or all that a group holds. */
export interface Target {
  readonly name: string;
  readonly kind: 'service' | 'group';
  readonly rows: readonly ServiceRow[];
}

export function targetOf(
  name: string,
  services: readonly ServiceRow[],
  groups: readonly GroupRow[],
): Target | null {
  const own = services.filter((row) => row.name === name);
  if (own.length > 0) return { name, kind: 'service', rows: own };
  const below = membersBelow(name, groups);
  if (below === null) return null;
  return { name, kind: 'group', rows: services.filter((row) => below.has(row.name)) };
}

function membersBelow(name: string, groups: readonly GroupRow[]): ReadonlySet<string> | null {
  const byName = new Map(groups.map((group) => [group.name, group]));
  if (!byName.has(name)) return null;
  const found = new Set<string>();
  const queue = [name];
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    if (found.has(one)) continue;
    found.add(one);
    queue.push(...(byName.get(one)?.members ?? []));
  }
  return found;
}

/** In the order of the buttons. `canReload`: as its machine says; null: it was not asked. */
export function offersFor({ kind, rows }: Target, canReload: boolean | null): readonly Offer[] {
  const isPinned = rows.length > 0 && rows.every(({ pinned }) => pinned);
  const verbs: readonly Verb[] = [
    ...(['start', 'stop', 'restart', 'reload', 'kill'] as const),
    isPinned ? 'unpin' : 'pin',
    ...(rows.some(isResting) ? (['reset'] as const) : []),
  ];
  return verbs.map((verb) => {
    const obstacles = rows.map((row) =>
      obstacleOf(verb, row, kind === 'service' ? canReload : null),
    );
    if (obstacles.length === 0) return { verb, obstacle: 'there is no service in it' };
    const isFree = verb === 'reload' ? obstacles.every(isNull) : obstacles.some(isNull);
    if (isFree) return { verb, obstacle: null };
    return {
      verb,
      obstacle: kind === 'service' ? (obstacles[0] ?? null) : forGroup(verb, rows, obstacles),
    };
  });
}

const isNull = (value: unknown): value is null => value === null;

function forGroup(
  verb: Verb,
  rows: readonly ServiceRow[],
  obstacles: readonly (string | null)[],
): string {
  const first = obstacles.findIndex((one) => one !== null);
  const scope =
    verb === 'reload' ? 'not all of its services can be reloaded' : 'none of its services can';
  return `${scope}; of ${rows[first]?.name}: ${obstacles[first]}`;
}

const down = new Set(['stopped', 'completed', 'failed', 'crashed', 'backoff', 'adopting']);
const isResting = ({ state }: ServiceRow): boolean => state === 'failed' || state === 'crashed';

function obstacleOf(verb: Verb, row: ServiceRow, canReload: boolean | null): string | null {
  if (row.pinned && verb !== 'unpin' && verb !== 'kill' && verb !== 'reset') {
    return verb === 'pin' ? null : 'it is pinned; unpin it first';
  }
  switch (verb) {
    case 'start':
      if (row.state === 'failed' || row.state === 'completed' || row.state === 'backoff')
        return null;
      if (row.desired === 'down') return null;
      if (row.state === 'stopped') return 'it is wanted already and waits for what it needs';
      return `it is wanted already and is ${row.state}`;
    case 'stop':
      return row.desired === 'down' ? `nobody wants it to run, and it is ${row.state}` : null;
    case 'restart':
      return row.state === 'adopting' ? 'it is still being looked for' : null;
    case 'reload':
      if (row.state !== 'running') return `it is ${row.state}, and only what is running can reload`;
      return canReload === false ? 'its definition says no way to' : null;
    case 'kill':
      return down.has(row.state) ? `it is ${row.state}, so there is no process` : null;
    case 'pin':
      return null;
    case 'unpin':
      return row.pinned ? null : 'it is not pinned';
    case 'reset':
      return null;
  }
}

/** Those up that need one of these, or one that needs one of these; not these themselves. */
export function dependentsOf(
  names: ReadonlySet<string>,
  all: readonly ServiceRow[],
): readonly string[] {
  const hit = new Set(names);
  for (let before = -1; before !== hit.size; ) {
    before = hit.size;
    for (const row of all) if (row.dependsOn.some((need) => hit.has(need))) hit.add(row.name);
  }
  return all
    .filter(({ name, state }) => hit.has(name) && !names.has(name) && !down.has(state))
    .map(({ name }) => name);
}

export interface Question {
  readonly title: string;
  readonly text: readonly string[];
  readonly confirm: string;
}

/** What to ask back before it is done; null: nothing that cannot be made good. */
export function questionFor(
  verb: Verb,
  { name, kind, rows }: Target,
  dependents: readonly string[],
): Question | null {
  if (verb !== 'kill' && verb !== 'stop' && verb !== 'restart') return null;
  const isMany = kind === 'group' && verb !== 'restart';
  if (verb !== 'kill' && dependents.length === 0 && !isMany) return null;
  const text: string[] = [];
  if (verb === 'kill') {
    text.push(
      'Its processes get SIGKILL at once: nothing is written, flushed or handed over. It is not wanted any more afterwards.',
    );
  }
  if (kind === 'group') text.push(`It holds ${count(rows.length, 'service')}.`);
  if (dependents.length > 0) {
    const one = dependents.length === 1;
    const what =
      verb === 'restart'
        ? 'may be restarted with it'
        : one
          ? 'goes down with it'
          : 'go down with it';
    text.push(`${list(dependents)} ${one ? 'needs' : 'need'} it and ${what}.`);
  }
  return { title: `${capital(verb)} ${name}?`, text, confirm: `${capital(verb)} ${name}` };
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 6);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
