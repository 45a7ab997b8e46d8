/**
 * What it costs to be looked at: events a second of a tree that nobody inspects, of one
 * that a recorder is attached to, and of one whose records are read as they come.
 */
import { createRecorder, type Recorder } from '../src/inspection/index.ts';
import { SimulatedKernel } from '../src/kernel/simulated/index.ts';
import { createTree, type Root } from '../src/runtime/tree.ts';
import { restart, root, service } from '../test/support/specs.ts';

const rounds = 400;
const repetitions = 3;

interface Subject {
  readonly root: Root;
  crash(n: number): void;
}

for (const count of [10, 1_000]) {
  const events = eventsPerCrash(count);
  const bare = measure(count, () => null);
  const attached = measure(count, (tree) => attach(tree));
  const read = measure(count, (tree) => attach(tree), true);
  console.log(`${count} services, ${events.toFixed(0)} events a crash and restart:`);
  for (const [name, ms] of Object.entries({ 'not attached': bare, attached, read })) {
    const perEvent = (ms / rounds / events) * 1_000;
    const more = name === 'not attached' ? '' : `, ${((ms / bare - 1) * 100).toFixed(0)} % more`;
    console.log(
      `  ${name}: ${(1e6 / perEvent).toFixed(0)} events/s, ${perEvent.toFixed(1)} us each${more}`,
    );
  }
}
console.log(attachCost());

function attach(tree: Root): Recorder {
  const recorder = createRecorder();
  recorder.attach(tree);
  return recorder;
}

/** The best of some runs. */
function measure(count: number, look: (tree: Root) => Recorder | null, isRead = false): number {
  const times = Array.from({ length: repetitions }, () => {
    const subject = createSubject(count);
    for (let n = 0; n < rounds / 4; n += 1) subject.crash(n);
    const recorder = look(subject.root);
    let cursor = recorder?.seq ?? 0;
    return timed(() => {
      for (let n = 0; n < rounds; n += 1) {
        subject.crash(n);
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

function eventsPerCrash(count: number): number {
  const subject = createSubject(count);
  const recorder = attach(subject.root);
  const before = recorder.seq;
  for (let n = 0; n < 20; n += 1) subject.crash(n);
  const { records } = recorder.since(before, Number.POSITIVE_INFINITY);
  return records.filter(({ kind }) => kind === 'event').length / 20;
}

function attachCost(): string {
  const subject = createSubject(1_000);
  const before = process.memoryUsage().heapUsed;
  let recorder: Recorder | null = null;
  const ms = timed(() => {
    recorder = attach(subject.root);
  });
  const { seq } = recorder as unknown as Recorder;
  const bytes = process.memoryUsage().heapUsed - before;
  const baseline = timed(() => JSON.stringify((recorder as unknown as Recorder).baseline()));
  return `attach to 1000 services: ${ms.toFixed(0)} ms, ${seq} records, ${(bytes / 2 ** 20).toFixed(1)} MB; their baseline as JSON: ${baseline.toFixed(0)} ms`;
}

function createSubject(count: number): Subject {
  const kernel = new SimulatedKernel({ pids: { first: 300, last: 100_000 } });
  const names = Array.from({ length: count }, (_, n) => `s${n}`);
  const policy = restart({ delayMs: 0, intensity: 1e6 });
  for (const name of names) kernel.script(name, {});
  const specs = names.map((name) => service(name, { settleMs: 1, restart: policy }));
  kernel.makeLifelines(specs.map(({ lifeline }) => lifeline));
  const tree = createTree(kernel, {
    spec: root(specs),
    memory: { records: {}, wishes: {}, restarts: {} },
    deadlineMs: 60_000,
    report: () => {},
    broken: (error) => {
      throw error;
    },
  });
  tree.start();
  tree.send({ type: 'want', names });
  kernel.clock.advance(10);
  return {
    root: tree,
    crash: (n) => {
      kernel.kill(names[(n * 37) % count] as string);
      kernel.clock.advance(2);
    },
  };
}

/** Processor time, as others may be at work on the machine. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
