/** What a script may do, and a script at random: in which world it is played makes no difference. */
import type { Random } from '../../../src/kernel/simulated/random.ts';
import type { ServiceCommand } from '../../../src/machines/protocol.ts';
import type { ForkHow, Manners } from '../stage.ts';

/** Processes are numbered in the order of their births; `null` stands for one that is dead. */
export type Move =
  | { readonly do: 'say'; readonly command: ServiceCommand }
  | { readonly do: 'spawn'; readonly fails: boolean }
  | { readonly do: 'exit'; readonly who: number; readonly code: number }
  | { readonly do: 'kill' | 'suspend' | 'resume' | 'notify'; readonly who: number }
  | { readonly do: 'fork'; readonly who: number; readonly how: ForkHow }
  | { readonly do: 'write-pid'; readonly who: number | 'nobody' | 'nonsense' }
  | { readonly do: 'remove-pid' | 'get-ready' | 'become-unready' | 'succeed' }
  | { readonly do: 'pass'; readonly delayMs: number }
  | { readonly do: 'finish'; readonly part: 'step' | 'test'; readonly code: number };

/** How the service is defined, and how its processes behave. */
export interface Cast extends Manners {
  readonly type: 'simple' | 'forking' | 'notify' | 'oneshot';
  readonly hasPidFile: boolean;
  readonly ready: 'file' | 'notify' | null;
  readonly waitsReady: boolean;
  readonly scope: 'process' | 'group';
  readonly steps: number;
  readonly reload: 'signal' | 'test' | null;
  readonly prepares: boolean;
}

export interface Script {
  readonly seed: number;
  readonly cast: Cast;
  readonly moves: readonly Move[];
}

export function castAtRandom(random: Random): Cast {
  const one = pick(random);
  const type = one(['simple', 'simple', 'forking', 'forking', 'notify', 'oneshot'] as const);
  return {
    type,
    hasPidFile: type === 'forking' || one([true, false, false]),
    ready: type === 'notify' ? 'notify' : one(['file', null, null] as const),
    waitsReady: one([true, false]),
    scope: one(['process', 'group'] as const),
    steps: one([1, 1, 2]),
    reload: one(['signal', 'test', null] as const),
    prepares: one([true, false, false, false]),
    isDeaf: one([true, false]),
    stopCode: one([null, null, 0, 3]),
  };
}

/** What may be done at one moment, as far as it depends on how things stand. */
export interface Situation {
  readonly state: string;
  readonly isSpawnWaiting: boolean;
  readonly running: readonly number[];
  readonly suspended: readonly number[];
  readonly delays: readonly number[];
  readonly finishing: readonly ('step' | 'test')[];
}

/** Each once as likely as it stands there often. */
export function moveAtRandom(random: Random, cast: Cast, now: Situation): Move {
  const one = pick(random);
  const say = (command: ServiceCommand): Move => ({ do: 'say', command });
  const possible: (() => Move)[] = [
    () => say({ type: one(['start', 'start', 'stop', 'kill'] as const) }),
    () => say(one([{ type: 'reload' }, { type: 'signal', signal: 'SIGHUP' }] as const)),
  ];
  if (!isIn(now.state, 'starting.preparing', 'starting.launching')) {
    possible.push(() => ({ do: 'succeed' }));
  }
  if (isIn(now.state, 'crashed', 'stopped', 'backoff', 'failed', 'completed')) {
    const verdicts = [
      { type: 'restart', delayMs: 0 },
      { type: 'giveUp' },
      { type: 'rest' },
    ] as const;
    possible.push(
      () => say({ type: 'start' }),
      () => say(one(verdicts)),
    );
  }
  if (now.isSpawnWaiting) {
    const spawn = (): Move => ({ do: 'spawn', fails: random() < 0.1 });
    possible.push(spawn, spawn, spawn, spawn);
  }
  for (const part of now.finishing) {
    const finish = (): Move => ({ do: 'finish', part, code: one([0, 0, 1]) });
    possible.push(finish, finish);
  }
  if (now.delays.length > 0) possible.push(() => ({ do: 'pass', delayMs: one(now.delays) }));
  if (now.running.length > 0) possible.push(...ofProcesses(random, cast, now.running));
  if (now.suspended.length > 0) {
    possible.push(() => ({ do: one(['resume', 'kill'] as const), who: one(now.suspended) }));
  }
  if (cast.ready === 'file') {
    possible.push(() => ({ do: one(['get-ready', 'get-ready', 'become-unready'] as const) }));
  }
  return one(possible)();
}

function ofProcesses(random: Random, cast: Cast, running: readonly number[]): (() => Move)[] {
  const one = pick(random);
  const who = () => one(running);
  const fork = (): Move => ({
    do: 'fork',
    who: who(),
    how: { ownSession: one([true, false]), drops: random() < 0.2 },
  });
  const file = (): Move =>
    random() < 0.2
      ? { do: 'remove-pid' }
      : { do: 'write-pid', who: one([who(), who(), who(), 'nobody', 'nonsense'] as const) };
  return [
    () => ({ do: 'exit', who: who(), code: one([0, 1, 7]) }),
    () => ({ do: one(['kill', 'suspend'] as const), who: who() }),
    ...(running.length < 4 ? [fork, fork] : []),
    ...(cast.hasPidFile ? [file, file] : []),
    ...(cast.type === 'notify' ? [(): Move => ({ do: 'notify', who: who() })] : []),
  ];
}

const isIn = (state: string, ...states: readonly string[]): boolean => states.includes(state);

const pick =
  (random: Random) =>
  <T>(all: readonly T[]): T =>
    all[Math.floor(random() * all.length)] as T;
