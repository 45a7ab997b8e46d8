/**
 * A recording as a story that can be played again: how each program went, start by
 * start, what was commanded and when, and which states each service went through.
 */
import type { Plain, PlainEvent, Recording } from './protocol.ts';
import { actorsOf, exitOf, isEvent, isUp, type Role, rolesOf, statusOf } from './role.ts';
import { programsOf, type ScriptedProgram } from './story-programs.ts';
import { projectOf, type StoryProject } from './story-project.ts';

export interface Story {
  readonly project: StoryProject;
  /** By service, in the order of their starts; times count from each start. */
  readonly programs: Readonly<Record<string, readonly ScriptedProgram[]>>;
  /** Up before the story begins. */
  readonly running: readonly string[];
  /** On its way up when the story begins. */
  readonly starting: readonly string[];
  readonly scenes: readonly Scene[];
  readonly lastsMs: number;
  /** What each service becomes, in that order. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

/** At that many milliseconds from the beginning. */
export type Scene =
  | { readonly at: number; readonly send: Plain }
  | { readonly at: number; readonly ends: string; readonly exit: Plain };

const commands = ['want', 'unwant', 'recycle', 'destroy', 'start', 'stop', 'kill', 'pin', 'signal'];

export function storyOf(recording: Recording): Story {
  const { from, until, records } = recording;
  const roles = rolesOf(recording);
  const running = roles.filter(({ begins }) => isUp(begins)).map(({ name }) => name);
  const starting = roles.filter(({ begins }) => begins === 'starting').map(({ name }) => name);
  const sent = commandsOf(recording, roles);
  const scenes = [
    ...leaving(roles),
    ...sent,
    ...unasked(roles, sent, from),
    ...firstEnds(roles, from),
  ];
  return {
    project: projectOf(recording, roles),
    programs: Object.fromEntries(roles.map((role) => [role.name, programsOf(role, from)])),
    running,
    starting,
    scenes: [...scenes].sort((a, b) => a.at - b.at),
    lastsMs: Math.max(0, Math.min(until, records.at(-1)?.at ?? from) - from),
    expected: Object.fromEntries(roles.map((role) => [role.name, becomes(role)])),
  };
}

/** What waits to come back is begun as stopped, so that it becomes so is no news. */
function becomes({ begins, states }: Role): readonly string[] {
  let last = isUp(begins) ? 'running' : begins === 'starting' ? begins : 'stopped';
  const statuses: string[] = [];
  for (const status of states.map(statusOf)) {
    if (status !== last && status !== '') statuses.push(status);
    last = status;
  }
  return begins === 'stopping' || begins === 'killing' ? ['stopping', ...statuses] : statuses;
}

/** What somebody outside told the tree. A journal knows it as wishes about each service. */
function commandsOf(recording: Recording, roles: readonly Role[]): Scene[] {
  const { records, from } = recording;
  const root = actorsOf(recording).find(({ parent }) => parent === null)?.actor;
  return records.filter(isEvent).flatMap((record): Scene[] => {
    if (record.source !== null) return [];
    const at = record.at - from;
    if (record.actor === root) return commandOf(record.event, roles, at);
    const role = roles.find(({ actors }) => actors.includes(record.actor));
    const { type } = record.event;
    if (role === undefined || (type !== 'start' && type !== 'stop')) return [];
    return [{ at, send: { type: type === 'start' ? 'want' : 'unwant', names: [role.name] } }];
  });
}

function commandOf({ type, payload }: PlainEvent, roles: readonly Role[], at: number): Scene[] {
  if (!commands.includes(type)) return [];
  const fields = (payload ?? {}) as Readonly<Record<string, Plain>>;
  const names = fields['names'];
  if (!Array.isArray(names)) return [{ at, send: { ...fields, type } }];
  const known = names.filter((name) => roles.some((role) => role.name === name));
  // A long list was cut when it was recorded, and was of all of them, or nearly.
  const all = known.length < names.length ? roles.map(({ name }) => name) : known;
  return [{ at, send: { ...fields, type, names: all } }];
}

/** What is being stopped as the recording begins runs before the story, and is stopped first. */
function leaving(roles: readonly Role[]): Scene[] {
  return roles
    .filter(({ begins }) => begins === 'stopping' || begins === 'killing')
    .map(({ name }) => ({ at: 0, send: { type: 'unwant', names: [name] } }));
}

/** One that starts and was not asked to was asked before the recording began. */
function unasked(roles: readonly Role[], sent: readonly Scene[], from: number): Scene[] {
  return roles.flatMap((role): Scene[] => {
    const start = role.states.find((state) => statusOf(state) === 'starting');
    if (start === undefined || role.begins === 'starting' || role.begins === 'running') return [];
    const at = start.at - from;
    const isAsked = sent.some((scene) => scene.at <= at && asksFor(scene, role.name));
    return isAsked ? [] : [{ at, send: { type: 'want', names: [role.name] } }];
  });
}

function asksFor(scene: Scene, name: string): boolean {
  if (!('send' in scene)) return false;
  const {
    type,
    names = [],
    needs = [],
  } = scene.send as {
    readonly type: string;
    readonly names?: readonly string[];
    readonly needs?: readonly string[];
  };
  return (type === 'want' || type === 'recycle') && [...names, ...needs].includes(name);
}

/** Of what was up already it is not known when it was started, only when it ended. */
function firstEnds(roles: readonly Role[], from: number): Scene[] {
  return roles.flatMap(({ name, begins, events, states }): Scene[] => {
    if (begins !== 'running') return [];
    const end = events.find(({ event }) => event.type === 'process.exited');
    const leaving = states.find((state) => !['running', 'starting'].includes(statusOf(state)));
    const isAsked = leaving !== undefined && end !== undefined && leaving.seq < end.seq;
    if (end === undefined || isAsked) return [];
    return [{ at: end.at - from, ends: name, exit: exitOf(end) }];
  });
}
