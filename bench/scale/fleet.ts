/** What a service costs by the number of services, on the simulated kernel. */
import { createFleet } from '../../test/support/fleet.ts';
import { median } from '../statistics.ts';
import { cpuTime } from './cpu.ts';
import type { FleetFigures } from './figures.ts';

const crashes = 300;
/** Few services are done so quickly that they are done again. */
const atLeast = 3_000;
const roundsAtMost = 7;

export function measureFleets(counts: readonly number[]): readonly FleetFigures[] {
  // What runs for the first time is compiled; a supervisor is not that young for long.
  measure(1_000);
  return counts.map((count) => {
    const rounds = Array.from({ length: Math.min(roundsAtMost, Math.ceil(atLeast / count)) }, () =>
      measure(count),
    );
    const middle = (phase: keyof FleetFigures) => median(rounds.map((round) => round[phase]));
    return {
      count,
      create: middle('create'),
      start: middle('start'),
      crash: middle('crash'),
      crashAll: middle('crashAll'),
      stop: middle('stop'),
      seconds: middle('seconds'),
    };
  });
}

function measure(count: number): FleetFigures {
  let fleet = createFleet(1);
  const perService = (times: number, work: () => void) => (cpuTime(work) * 1_000) / times;
  const create = perService(count, () => {
    fleet = createFleet(count);
  });
  const start = perService(count, () => fleet.start());
  const crash = perService(crashes, () => fleet.crash(crashes));
  const crashAll = perService(count, () => fleet.crashAll());
  if (fleet.alive() !== count) throw new Error(`${fleet.alive()} of ${count} live`);
  const stop = perService(count, () => fleet.stop());
  if (fleet.alive() !== 0) throw new Error(`${fleet.alive()} live after the stop`);
  const seconds = ((create + start + crashAll + stop) * count) / 1e6;
  return { count, create, start, crash, crashAll, stop, seconds };
}
