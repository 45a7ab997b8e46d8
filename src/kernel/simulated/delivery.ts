/** What a signal does to a process, according to its state and its script. */
import type { Signal } from '../../machines/vocabulary.ts';
import { end, later } from './death.ts';
import { fork } from './life.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** A server takes these for commands, and lives on. */
const COMMANDS: ReadonlySet<Signal> = new Set(['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);

export function deliver(world: World, process: SimulatedProcess, signal: Signal): void {
  if (!process.alive) return;
  if (process.state === 'D') {
    process.pending.push(signal);
    return;
  }
  if (signal === 'SIGKILL') kill(world, process);
  else if (signal === 'SIGSTOP' || signal === 'SIGTTIN' || signal === 'SIGTTOU')
    process.state = 'T';
  else if (signal === 'SIGCONT') resume(world, process);
  else if (process.state === 'T') process.pending.push(signal);
  else react(world, process, signal);
}

/** It runs again: first the signals that waited for it, then what it would have done meanwhile. */
export function resume(world: World, process: SimulatedProcess): void {
  if (process.state !== 'T' && process.state !== 'D') return;
  process.state = 'R';
  const { pending, deferred } = process;
  process.pending = [];
  process.deferred = [];
  for (const signal of pending) deliver(world, process, signal);
  for (const run of deferred) later(world, process, 0, run);
}

/** kill(2) returns before its victim is dead. */
function kill(world: World, process: SimulatedProcess): void {
  if (process.unkillable) process.state = 'D';
  const die = () => {
    if (process.state === 'D') process.pending.push('SIGKILL');
    else end(world, process, { code: null, signal: 'SIGKILL' }, 'killed');
  };
  if (process.state === 'D') die();
  else world.clock.setTimeout(die, 0, process);
}

function react(world: World, process: SimulatedProcess, signal: Signal): void {
  const { deafTo, diesOf, reexecsOn } = process.script;
  if (process.hung || deafTo?.includes(signal)) return;
  if (reexecsOn?.signal === signal) reexec(world, process, reexecsOn.oldExitsAfterMs);
  else if (!COMMANDS.has(signal) || diesOf?.includes(signal)) stop(world, process, signal);
}

function stop(world: World, process: SimulatedProcess, signal: Signal): void {
  const { stopsAfterMs = 0, stopCode, hangsIfStoppedBeforeMs = 0 } = process.script;
  process.hung = world.clock.elapsed() - process.startedAt < hangsIfStoppedBeforeMs;
  if (process.hung) return;
  const delay = typeof stopsAfterMs === 'number' ? stopsAfterMs : (stopsAfterMs[signal] ?? 0);
  const exit = stopCode === undefined ? { code: null, signal } : { code: stopCode, signal: null };
  later(world, process, delay, () => end(world, process, exit, 'clean'));
}

function reexec(
  world: World,
  process: SimulatedProcess,
  oldExitsAfterMs: number | undefined,
): void {
  fork(world, process, { role: 'daemon', script: process.script });
  if (oldExitsAfterMs === undefined) return;
  const leave = () => end(world, process, { code: 0, signal: null }, 'clean');
  later(world, process, oldExitsAfterMs, leave);
}
