/**
 * A chart laid out by ELK, whose layers make the calmest pictures of statecharts. It is
 * large and slow to start, so it runs in a thread of its own, which goes when it is idle:
 * a supervisor must not stand still because somebody looks at it.
 */
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ELK, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { Layout } from '../protocol.ts';
import { elkGraphOf, layoutOf } from './elk-graph.ts';
import type { Plan } from './plan.ts';

export type { LayoutOptions } from 'elkjs/lib/elk-api.js';

const require = createRequire(import.meta.url);

/** What ELK expects of a thread is what a browser's worker has. */
const thread = `
  const { parentPort, workerData } = require('node:worker_threads');
  globalThis.self = globalThis;
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  parentPort.on('message', (data) => globalThis.onmessage({ data }));
  require(workerData);
`;

export interface Engine {
  lay(plan: Plan, options: LayoutOptions): Promise<Layout>;
  close(): void;
}

export async function startElk(): Promise<Engine> {
  const { default: Elk } = await import('elkjs/lib/elk-api.js');
  const worker = new Worker(thread, {
    eval: true,
    workerData: require.resolve('elkjs/lib/elk-worker.min.js'),
  });
  worker.unref();
  const broken = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the layout thread ended')));
  });
  broken.catch(() => {});
  const elk = new (Elk as unknown as new (options: object) => ELK)({
    workerFactory: () => asBrowserWorker(worker),
  });
  return {
    async lay(plan, options) {
      worker.ref();
      try {
        const laid = await Promise.race([elk.layout(elkGraphOf(plan, options)), broken]);
        return layoutOf(plan, laid);
      } finally {
        worker.unref();
      }
    },
    close: () => void worker.terminate(),
  };
}

function asBrowserWorker(worker: Worker): object {
  const face = {
    onmessage: (_: { data: unknown }) => {},
    postMessage: (message: unknown) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
  worker.on('message', (data) => face.onmessage({ data }));
  return face;
}
