/**
 * What things cost is what it was, or less: in code, bytes, events and records and never in
 * time, so that it is the same on a busy machine. See `baseline.ts`.
 */
import { expect, it, vi } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { Supervisor } from '../../src/runtime/api.ts';
import { createSupervisor } from '../../src/runtime/create.ts';
import { during, project } from '../support/project.ts';
import { restart, service } from '../support/specs.ts';
import { type Counts, dearerThanBefore } from './baseline.ts';
import { countBytes, countCode } from './measured.ts';

vi.setConfig({ testTimeout: 300_000 });
const tolerance = 0.1;

it('runs no more code for a service', async () => {
  const costs = await countCode(1_000);
  expect(dearerThanBefore('characters of code for one of 1,000', costs, tolerance)).toEqual([]);
});

it('allocates no more for a service', async () => {
  const costs = await countBytes(1_000);
  // What an object takes is V8's affair.
  const [major] = process.versions.node.split('.');
  const part = `bytes allocated for one of 1,000, Node ${major}`;
  if (major === '20') expect(dearerThanBefore(part, costs, tolerance)).toEqual([]);
  expect(costs.start).toBeGreaterThan(0);
});

const count = 50;
const names = Array.from({ length: count }, (_, n) => `s${n}`);

interface Counter {
  readonly kernel: SimulatedKernel;
  readonly supervisor: Supervisor;
  /** All of it from here on, for one service. */
  counted(work: () => Promise<unknown>): Promise<Counts>;
}

async function createCounter(): Promise<Counter> {
  const seen = { events: 0, steps: 0 };
  const inspect = ({ type }: InspectionEvent) => {
    if (type === '@xstate.event') seen.events += 1;
    if (type === '@xstate.microstep') seen.steps += 1;
  };
  const kernel = new SimulatedKernel();
  const policy = restart({ delayMs: 5, intensity: 1e6 });
  const specs = names.map((name) => service(name, { settleMs: 1, restart: policy }));
  for (const name of names) kernel.script(name, {});
  kernel.files.makeDirectory('/srv');
  const creating = createSupervisor(project(specs), {
    kernel: kernel.manager(),
    logLevel: 'silent',
    inspect,
  });
  kernel.clock.advance(0);
  const supervisor = await creating;
  const journal = () => kernel.disk.text('/state/journal.jsonl') ?? '';
  return {
    kernel,
    supervisor,
    async counted(work) {
      const before = { ...seen, journal: journal() };
      await during(kernel, 1_000, work());
      const written = journal().slice(before.journal.length);
      return {
        events: (seen.events - before.events) / count,
        'steps of machines': (seen.steps - before.steps) / count,
        'records in the journal': (written.split('\n').length - 1) / count,
        'bytes in the journal': written.length / count,
      };
    },
  };
}

it('takes no more events, steps and records, and no timer while nothing happens', async () => {
  const { kernel, supervisor, counted } = await createCounter();
  const found = {
    start: await counted(() => supervisor.start()),
    crash: await counted(async () => {
      for (const name of names) kernel.kill(name);
    }),
  };
  expect(supervisor.status().services.map(({ state }) => state)).toEqual(
    names.map(() => 'running'),
  );
  const timers = kernel.clock.pending();
  const stop = await counted(() => supervisor.stop());
  expect(kernel.alive()).toEqual([]);
  expect(timers).toBe(0);
  const dearer = Object.entries({ ...found, stop }).flatMap(([phase, counts]) =>
    dearerThanBefore(`${phase} of one of ${count}`, counts, tolerance),
  );
  expect(dearer).toEqual([]);
});
