/** How long starts block the event loop of a host, by the size of its heap, with a launcher and without. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostFigures } from './figures.ts';
import type { Place } from './place.ts';

export interface HostOptions {
  readonly heapsMb: readonly number[];
  readonly services: number;
}

const host = join(import.meta.dirname, 'large-host.mjs');

export async function measureHosts(place: Place, options: HostOptions): Promise<HostFigures[]> {
  const figures: HostFigures[] = [];
  for (const heapMb of options.heapsMb) {
    for (const launcher of ['auto', 'never'] as const) {
      figures.push(await measure(place, heapMb, launcher, options.services));
    }
  }
  return figures;
}

async function measure(
  { directory, marker, dist }: Place,
  heapMb: number,
  launcher: HostFigures['launcher'],
  services: number,
): Promise<HostFigures> {
  const own = join(directory, `host-${heapMb}-${launcher}`);
  mkdirSync(own);
  const config = join(own, 'drover.json');
  const service = { command: ['sh', '-c', 'exec sleep 86400', marker], ready: { after: 0 } };
  const names = Array.from({ length: services }, (_, index) => `s${index}`);
  writeFileSync(
    config,
    JSON.stringify({
      name: 'host',
      stateDir: join(own, 'state'),
      services: Object.fromEntries(names.map((name) => [name, service])),
    }),
  );
  const entry = join(dist, 'index.js');
  const words = [`--max-old-space-size=${2 * heapMb + 512}`, host, entry, config];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...words, String(heapMb), launcher],
    { timeout: 120_000 },
  );
  const { quiet, starts } = JSON.parse(stdout) as Pick<HostFigures, 'quiet' | 'starts'>;
  return { heapMb, launcher, quiet, starts };
}
