/** Services for each worker of Vitest: up before its first test that names them, gone with it. */
import { type ServicesOptions, startServices, type TestServices } from './services.ts';

/** As `test.extend` takes it. */
export type WorkerFixture<Value> = [
  (context: object, use: (value: Value) => Promise<void>) => Promise<void>,
  { scope: 'worker' },
];

/**
 * A fixture for `test.extend({ services: workerServices({ ... }) })`. A worker is one test
 * file, unless `isolate: false` lets workers run several. The start counts to the first
 * test that names it, so its time-out must allow for it.
 */
export function workerServices<const Port extends string = never>(
  options: ServicesOptions<Port>,
): WorkerFixture<TestServices<Port>> {
  const fixture: WorkerFixture<TestServices<Port>>[0] =
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from it what else the fixture needs.
    async ({}, use) => {
      const services = await startServices(options);
      try {
        await use(services);
      } finally {
        await services.close();
      }
    };
  return [fixture, { scope: 'worker' }];
}
