/**
 * Measures what only drover has, and how it grows: `npm run bench:scale`, less than 5 minutes.
 *
 *   --only fleet,logs  of fleet, inspection, simulation, hosts, paths, logs
 *   --small            tiny sizes, to see whether it works
 *   --write            puts tables and plots into docs/performance.md; --render does so with the last results
 *   --dist PATH        the built package
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { doAndClean, endEverything } from './cleaning.ts';
import { lookAtMachine } from './machine.ts';
import { publish } from './report/publish.ts';
import { keepResults, lastResults, type ScaleResults } from './report/results.ts';
import { scalePage } from './report/scale-page.ts';
import type { ScaleFigures } from './scale/figures.ts';
import { measureFleets } from './scale/fleet.ts';
import { measureHosts } from './scale/hosts.ts';
import { measureInspection } from './scale/inspection.ts';
import { measureLogs } from './scale/logs.ts';
import { measurePaths } from './scale/paths.ts';
import type { Place } from './scale/place.ts';
import { measureSimulation } from './scale/simulation.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    small: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    dist: { type: 'string', default: resolve(import.meta.dirname, '../dist') },
  },
});
const only = values.only.split(',').filter((name) => name !== '');
const isSmall = values.small;

if (values.render) {
  publish('scale', scalePage(lastResults('scale')));
  process.exit(0);
}

const place: Place = {
  directory: mkdtempSync(join(tmpdir(), 'drover-scale-')),
  marker: `scale-${process.pid}-${Date.now()}`,
  dist: resolve(values.dist),
};

const measures: { [K in keyof ScaleFigures]: () => ScaleFigures[K] | Promise<ScaleFigures[K]> } = {
  fleet: () => measureFleets(isSmall ? [10, 100] : [100, 300, 1_000, 3_000, 10_000]),
  inspection: () => measureInspection(isSmall ? [10] : [10, 1_000]),
  simulation: () => measureSimulation(isSmall ? 500 : 10_000),
  hosts: () =>
    measureHosts(place, {
      heapsMb: isSmall ? [50] : [50, 250, 500, 1_000, 1_500],
      services: isSmall ? 3 : 30,
    }),
  paths: () => measurePaths(place, isSmall ? [5] : [25, 50, 100, 200], isSmall ? [1] : [1, 2]),
  logs: async () => {
    const services = isSmall ? 5 : 1_000;
    const common = { services, perSecond: 100, seconds: isSmall ? 2 : 10 };
    const unrotated = await measureLogs(place, { ...common, maxBytes: 10_000_000 });
    return [unrotated, await measureLogs(place, { ...common, maxBytes: isSmall ? 8_192 : 32_768 })];
  },
};

await doAndClean(run, { ...place, spared: [] });

async function run(): Promise<void> {
  const machine = lookAtMachine();
  const since = performance.now();
  const figures: Partial<ScaleFigures> = {};
  for (const name of Object.keys(measures) as (keyof ScaleFigures)[]) {
    if (only.length > 0 && !only.includes(name)) continue;
    const began = performance.now();
    await measureOne(figures, name);
    console.log(`${name} took ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
  const minutes = Math.round((performance.now() - since) / 6_000) / 10;
  const results: ScaleResults = { machine, minutes, figures };
  const page = scalePage(results);
  console.log(`\n${page.text}`);
  if (!values.write) return;
  keepResults('scale', results);
  publish('scale', page);
}

/** One that fails is told of, and the others go on. */
async function measureOne<K extends keyof ScaleFigures>(
  figures: Partial<ScaleFigures>,
  name: K,
): Promise<void> {
  try {
    figures[name] = await measures[name]();
  } catch (error) {
    console.log(`${name}: given up, ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await endEverything({ ...place, spared: [] });
  }
}
