/**
 * Many services on a simulated system, for questions about what the number of them
 * costs. Time is virtual, so that nothing waits and the same is done each time.
 */
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { ChildSpec, GroupSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import { createTree, type Root } from '../../src/runtime/tree.ts';
import { restart, root as rootOf, service } from './specs.ts';

export interface Fleet {
  readonly kernel: SimulatedKernel;
  readonly root: Root;
  readonly names: readonly string[];
  readonly count: number;
  /** Asks for all, and waits until they run. */
  start(): void;
  /** Kills so many, one after the other, and waits for the successor of each. */
  crash(times: number): void;
  /** Kills all at once, and waits until all are back. */
  crashAll(): void;
  /** Asks for the end of all, and waits for it. */
  stop(): void;
  /** How many programs run, by the world's own account. */
  alive(): number;
}

export interface FleetOptions {
  readonly spec?: (name: string) => Partial<ServiceSpec>;
  /** In place of one flat group. */
  readonly tree?: (
    services: readonly ServiceSpec[],
  ) => readonly (ChildSpec | ServiceSpec | GroupSpec)[];
}

const settleMs = 1;
const longEnoughMs = 10;

export function createFleet(count: number, options: FleetOptions = {}): Fleet {
  const kernel = new SimulatedKernel({ pids: { first: 300, last: 4_000_000 } });
  const names = Array.from({ length: count }, (_, n) => `s${n}`);
  const specs = names.map((name) =>
    service(name, {
      settleMs,
      restart: restart({ delayMs: 0, intensity: 1e9 }),
      ...options.spec?.(name),
    }),
  );
  for (const name of names) kernel.script(name, {});
  kernel.makeLifelines(specs.map(({ lifeline }) => lifeline));
  const root = createTree(kernel, {
    spec: rootOf(options.tree?.(specs) ?? specs),
    memory: { records: {}, wishes: {}, restarts: {} },
    deadlineMs: 60_000,
    report: () => {},
    broken: (error) => {
      throw error;
    },
  });
  root.start();
  kernel.clock.advance(0);
  const settle = () => kernel.clock.advance(longEnoughMs);
  // By its lifeline, since the simulation would look for a name among all.
  const kill = (index: number) => kernel.kill(specs[index % count]?.lifeline as string);
  let next = 0;
  return {
    kernel,
    root,
    names,
    count,
    alive: () => kernel.alive().length,
    start() {
      root.send({ type: 'want', names });
      settle();
    },
    crash(times) {
      // Not the neighbour of the last one: 37 has no divisor in common with the usual counts.
      for (let n = 0; n < times; n += 1, next += 37) {
        kill(next);
        kernel.clock.advance(2);
      }
    },
    crashAll() {
      for (let index = 0; index < count; index += 1) kill(index);
      settle();
    },
    stop() {
      root.send({ type: 'stop' });
      settle();
    },
  };
}
