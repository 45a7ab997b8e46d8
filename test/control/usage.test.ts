/** What the services cost, on a simulated system: how often is looked, and what comes of it. */
import { expect, it } from 'vitest';
import { UsageSampler } from '../../src/control/usage.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { project, supervise } from '../support/project.ts';
import { service } from '../support/specs.ts';

async function stage(count: number) {
  const kernel = new SimulatedKernel();
  const names = Array.from({ length: count }, (_, i) => `s${i}`);
  kernel.script('s0', { cpuShare: 0.5, residentBytes: 1_000, listensOn: [8080] });
  const { supervisor } = await supervise(project(names.map((name) => service(name))), kernel);
  const starting = supervisor.start(names, { wait: false });
  kernel.clock.advance(2_000);
  await starting;
  let questions = 0;
  const failing = { value: false };
  const counted: Pick<typeof supervisor, 'usage' | 'spec'> = {
    spec: supervisor.spec,
    usage: () => {
      questions += 1;
      if (failing.value) return Promise.reject(new Error('the system does not tell'));
      return supervisor.usage();
    },
  };
  const now = () => kernel.clock.now();
  const sampler = new UsageSampler(counted, now);
  const pass = async (ms: number) => {
    kernel.clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  /** One look, as somebody asks for it. */
  const look = async () => {
    const refreshed = sampler.refresh();
    await pass(0);
    await refreshed;
  };
  return { failing, sampler, supervisor, pass, look, questions: () => questions };
}

it('says what a tree costs, and its share of a core from the second look on', async () => {
  const { sampler, pass, look } = await stage(2);
  expect(sampler.of('s0')).toBeNull();
  await look();
  expect(sampler.of('s0')).toMatchObject({ cpu: null, rss: 1_000, ports: [8080] });
  expect(sampler.of('s1')).toMatchObject({ cpu: null, rss: 0, cpuMs: 0, ports: [] });
  await pass(4_000);
  await look();
  expect(sampler.of('s0')?.cpu).toBe(50);
  expect(sampler.of('s1')?.cpu).toBe(0);
});

it('asks one question for a hundred services, and none while the answer is fresh', async () => {
  const { sampler, pass, look, questions } = await stage(100);
  await look();
  expect(questions()).toBe(1);
  expect(sampler.of('s99')?.cpuMs).toBe(0);
  await pass(500);
  await look();
  expect(questions()).toBe(1);
  await pass(600);
  await look();
  expect(questions()).toBe(2);
});

it('lets nobody wait for the cost of many while there is something to show', async () => {
  const { sampler, pass, look, questions } = await stage(60);
  await look();
  await pass(1_500);
  // Virtual time stands still, so the look that is begun here does not end.
  await sampler.refresh(60_000);
  await sampler.refresh(60_000);
  expect(questions()).toBe(2);
  expect(sampler.of('s0')?.cpu).toBeNull();
  await pass(0);
  expect(sampler.of('s0')?.cpu).toBe(50);
});

it('forgets who does not run any more', async () => {
  const { sampler, supervisor, pass, look } = await stage(2);
  await look();
  expect(sampler.of('s1')).not.toBeNull();
  const stopped = supervisor.stop(['s1']);
  await pass(2_000);
  await stopped;
  await look();
  expect(sampler.of('s1')).toBeNull();
  expect(sampler.of('s0')).not.toBeNull();
});

it('leaves what it knows where a look that nobody waits for fails', async () => {
  const { sampler, pass, look, failing } = await stage(60);
  await look();
  await pass(1_500);
  failing.value = true;
  const rejections: unknown[] = [];
  const hear = (reason: unknown) => void rejections.push(reason);
  process.on('unhandledRejection', hear);
  try {
    await sampler.refresh();
    await pass(0);
    await pass(0);
  } finally {
    process.off('unhandledRejection', hear);
  }
  expect(rejections).toEqual([]);
  expect(sampler.of('s0')).not.toBeNull();
  // Whoever has nothing that is recent enough is told.
  await pass(6_000);
  await expect(sampler.refresh()).rejects.toThrow('the system does not tell');
});
