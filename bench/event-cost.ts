/** What a crash and its restart cost, by the number of services, on the simulated kernel. */
import { SimulatedKernel } from '../src/kernel/simulated/index.ts';
import { createTree } from '../src/runtime/tree.ts';
import { restart, root, service } from '../test/support/specs.ts';

const rounds = 300;

for (const count of [100, 1_000, 10_000]) console.log(measure(count));

function measure(count: number): string {
  const kernel = new SimulatedKernel({ pids: { first: 300, last: 100_000 } });
  const names = Array.from({ length: count }, (_, n) => `s${n}`);
  const policy = restart({ delayMs: 0, intensity: 1e6 });
  const specs = names.map((name) => service(name, { settleMs: 1, restart: policy }));
  for (const name of names) kernel.script(name, {});
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
  const started = timed(() => {
    tree.start();
    tree.send({ type: 'want', names });
    kernel.clock.advance(10);
  });
  const crash = (n: number) => {
    kernel.kill(names[(n * 37) % count] as string);
    kernel.clock.advance(2);
  };
  for (let n = 0; n < rounds; n += 1) crash(n);
  const crashed = timed(() => {
    for (let n = 0; n < rounds; n += 1) crash(n);
  });
  const stopped = timed(() => {
    tree.send({ type: 'stop' });
    kernel.clock.advance(10);
  });
  const perCrash = ((crashed / rounds) * 1_000).toFixed(0);
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return `${count} services: start ${ms(started)}, crash and restart ${perCrash} us, stop ${ms(stopped)}`;
}

function timed(work: () => void): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}
