/**
 * What it costs to be looked at: events of a tree that nobody inspects, of one that a
 * recorder is attached to, and of one whose records are read as they come.
 */
import { createRecorder, type Recorder } from '../../src/inspection/index.ts';
import type { Root } from '../../src/runtime/tree.ts';
import { createFleet, type Fleet } from '../../test/support/fleet.ts';
import { cpuTime } from './cpu.ts';
import type { InspectionFigures } from './figures.ts';

const rounds = 400;
const repetitions = 3;

export function measureInspection(counts: readonly number[]): readonly InspectionFigures[] {
  return counts.map((count) => {
    const eventsPerCrash = countEvents(count);
    const perEvent = (look: (tree: Root) => Recorder | null, isRead = false) =>
      (measure(count, look, isRead) / rounds / eventsPerCrash) * 1_000;
    return {
      count,
      eventsPerCrash,
      bare: perEvent(() => null),
      attached: perEvent(attach),
      read: perEvent(attach, true),
    };
  });
}

function attach(tree: Root): Recorder {
  const recorder = createRecorder();
  recorder.attach(tree);
  return recorder;
}

/** Milliseconds: the best of some runs. */
function measure(count: number, look: (tree: Root) => Recorder | null, isRead: boolean): number {
  const times = Array.from({ length: repetitions }, () => {
    const fleet = createStarted(count);
    fleet.crash(rounds / 4);
    const recorder = look(fleet.root);
    let cursor = recorder?.seq ?? 0;
    return cpuTime(() => {
      for (let n = 0; n < rounds; n += 1) {
        fleet.crash(1);
        if (!isRead || recorder === null) continue;
        // As the server does it for a client: what came, as JSON.
        const { next, records } = recorder.since(cursor, 10_000);
        cursor = next;
        JSON.stringify(records);
      }
    });
  });
  return Math.min(...times);
}

function countEvents(count: number): number {
  const fleet = createStarted(count);
  const recorder = attach(fleet.root);
  const before = recorder.seq;
  fleet.crash(20);
  const { records } = recorder.since(before, Number.POSITIVE_INFINITY);
  return records.filter(({ kind }) => kind === 'event').length / 20;
}

function createStarted(count: number): Fleet {
  const fleet = createFleet(count);
  fleet.start();
  return fleet;
}
