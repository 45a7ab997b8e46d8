/**
 * Small trees, and what may be done to each from outside. Between them they take every
 * branch of a supervisor; each alone is small enough to be walked to its end.
 */
import type { Memory } from '../../src/machines/protocol.ts';
import type { GroupSpec, Strategy } from '../../src/machines/vocabulary.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';
import type { TreeSetting, TreeWorld } from './tree-world.ts';

/** Something that is done to a tree; its type says what. */
export interface Move {
  readonly type: string;
  readonly apply: (world: TreeWorld) => void;
}

export interface Family {
  readonly name: string;
  readonly setting: TreeSetting;
  readonly moves: readonly Move[];
  /** No path is longer. */
  readonly depth: number;
}

const move = (type: string, apply: Move['apply']): Move => ({ type, apply });

const say = (
  type: 'want' | 'unwant' | 'recycle' | 'destroy' | 'reload',
  ...names: string[]
): Move => move(`${type} ${names.join(' ')}`, (world) => world.say({ type, names }));
const pin = (name: string, pinned: boolean): Move =>
  move(`${pinned ? 'pin' : 'unpin'} ${name}`, (world) =>
    world.say({ type: 'pin', names: [name], pinned }),
  );
const all = (type: 'start' | 'stop' | 'kill'): Move =>
  move(`${type} everything`, (world) => world.say({ type }));
const crash = (name: string, code = 1): Move =>
  move(`${name} exits with ${code}`, (world) => world.exit(name, code));
const defect = (name: string): Move =>
  move(`the machine of ${name} throws`, (world) => world.say({ type: 'reload', names: [name] }));
const amend = (what: string, spec: GroupSpec): Move =>
  move(what, (world) => world.say({ type: 'amend', spec }));
const wait = move('time passes', (world) => world.pass());
const signal = (name: string): Move =>
  move(`signal ${name}`, (world) => world.say({ type: 'signal', names: [name], signal: 'SIGHUP' }));

const reload = { test: null, by: { signal: 'SIGHUP' } } as const;
const lone = root([service('a')]);
const pair = (strategy: Strategy): GroupSpec =>
  root([group('g', [child(service('a')), child(service('b'), 'a')], { strategy, intensity: 1 })]);
/** Its parent brings a group back after a while, at once, or not at all. */
const brittle = (changes: Parameters<typeof restart>[0]): GroupSpec =>
  root([
    group('g', [service('a', { restart: restart({ delayMs: 0 }) })], {
      intensity: 0,
      restart: restart(changes),
    }),
  ]);
const breakable = root([service('a', { reload }), group('g', [service('b', { reload })])]);
const crossing = root([
  child(group('g', [service('a'), child(service('b'), 'a')])),
  child(service('c'), need('g', 'ready', { target: 'b', restart: true })),
]);

const remembered = (rest: 'failed' | null): Partial<Memory> => ({
  wishes: { a: 'up' },
  records: {
    a: {
      process:
        rest === null
          ? { bootId: 'boot-1', pidNamespace: 'pid:[4026531836]', pid: 9, startTime: 9 }
          : null,
      ready: true,
      startedAt: 0,
      logOffset: 0,
      leaving: false,
      rest,
      failure: null,
      exit: null,
      hash: 'h1',
    },
  },
});

const everything = [all('start'), all('stop'), all('kill')];

export const families: readonly Family[] = [
  {
    name: 'one service',
    setting: { spec: lone },
    moves: [
      ...(['want', 'unwant', 'recycle', 'destroy', 'reload'] as const).map((type) =>
        say(type, 'a'),
      ),
      signal('a'),
      pin('a', true),
      pin('a', false),
      crash('a'),
      crash('a', 0),
      wait,
      ...everything,
    ],
    depth: 4,
  },
  ...(['one_for_one', 'one_for_all', 'rest_for_one'] as const).map((strategy) => ({
    name: `a group, ${strategy}`,
    setting: { spec: pair(strategy) },
    moves: [say('want', 'a', 'b'), say('unwant', 'a'), crash('a'), crash('b'), wait, all('stop')],
    depth: 5,
  })),
  ...(
    [
      ['after a while', { delayMs: 1_000, intensity: 1 }],
      ['at once', { delayMs: 0, intensity: 1 }],
      ['never', { type: 'temporary' }],
    ] as const
  ).map(([when, changes]) => ({
    name: `a group that gives up, and comes back ${when}`,
    setting: { spec: brittle(changes) },
    moves: [
      say('want', 'a'),
      say('unwant', 'a'),
      say('destroy', 'a'),
      crash('a'),
      wait,
      ...everything,
    ],
    depth: 6,
  })),
  {
    name: 'a root that gives up',
    setting: {
      spec: root([service('a'), service('b')], { onExceeded: 'escalate', intensity: 0 }),
      programs: { b: { deafTo: ['SIGTERM'] } },
    },
    moves: [say('want', 'a', 'b'), crash('a'), wait, ...everything],
    depth: 4,
  },
  {
    name: 'a service that is deaf to what it is asked, and a deadline',
    setting: { spec: lone, programs: { a: { deafTo: ['SIGTERM'] } }, deadlineMs: 1_000 },
    moves: [say('want', 'a'), wait, ...everything],
    depth: 6,
  },
  {
    name: 'machines that throw',
    setting: { spec: breakable },
    moves: [say('want', 'a', 'b'), say('unwant', 'a'), defect('a'), defect('b'), wait],
    depth: 8,
  },
  {
    name: 'needs across groups',
    setting: { spec: crossing },
    moves: [
      say('want', 'a', 'b', 'c'),
      say('unwant', 'a'),
      say('recycle', 'a'),
      crash('b'),
      pin('b', true),
      pin('b', false),
      wait,
      all('stop'),
    ],
    depth: 5,
  },
  {
    name: 'a definition that changes',
    setting: { spec: root([service('a'), service('b')]) },
    moves: [
      say('want', 'a', 'b'),
      amend('b is taken out', lone),
      amend('c is added', root([service('a'), service('b'), group('g', [service('c')])])),
      amend('a is another', root([service('a', { hash: 'h2' }), service('b')])),
      wait,
      all('stop'),
    ],
    depth: 5,
  },
  ...([null, 'failed'] as const).map((rest) => ({
    name: rest === null ? 'one that had vanished' : 'one that had failed',
    setting: { spec: root([group('g', [service('a')])]), memory: remembered(rest) },
    moves: [say('want', 'a'), wait, ...everything],
    depth: 4,
  })),
  {
    name: 'one too many that had vanished',
    setting: {
      spec: root([group('g', [service('a')], { intensity: 0 })], {
        onExceeded: 'escalate',
        intensity: 0,
      }),
      memory: remembered(null),
    },
    moves: [wait, ...everything],
    depth: 4,
  },
  ...(['stop', 'kill'] as const).map((type) => ({
    name: `a ${type} before anything was looked for`,
    setting: { spec: crossing, first: [{ type }] },
    moves: [say('want', 'a'), all('start')],
    depth: 2,
  })),
];
