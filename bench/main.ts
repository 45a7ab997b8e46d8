/**
 * Measures drover beside the supervisors that are installed and beside a loop in C, in
 * one run: `npm run bench`. Everything is in a temporary directory, and nothing is left.
 *
 * `npm run bench -- --only drover,runit --services 1000 --deaf 20`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endEverything } from './cleaning.ts';
import type { Contestant } from './contestant.ts';
import { createDrover } from './contestants/drover.ts';
import { createPm2 } from './contestants/pm2.ts';
import { runit } from './contestants/runit.ts';
import { s6 } from './contestants/s6.ts';
import { supervisord } from './contestants/supervisord.ts';
import {
  type Figures,
  measureAdoption,
  measureDeaf,
  measureLife,
  type Setting,
} from './measures.ts';
import { measureEmbedding, measureEmptyNode, runScript } from './own-measures.ts';
import { runSpawnLoop } from './spawn-loop.ts';
import { type Column, renderTable } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    services: { type: 'string', default: '1000' },
    deaf: { type: 'string', default: '20' },
    dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
  },
});
const entry = join(resolve(values.dist), 'index.js');
const drover = createDrover(entry);
const only = values.only.split(',').filter((name) => name !== '');
const isAsked = (name: string) => only.length === 0 || only.includes(name);

const directory = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const setting: Setting = {
  directory,
  count: Number(values.services),
  deaf: Number(values.deaf),
  // Seconds that nobody else sleeps for.
  marker: `86400.${process.pid}${Date.now() % 1_000_000}`,
};

process.once('SIGINT', () => void end(130));
process.once('SIGTERM', () => void end(143));
await run().then(
  () => end(0),
  (error: unknown) => {
    console.error(error);
    return end(1);
  },
);

async function run(): Promise<void> {
  const { count } = setting;
  console.log(`${count} services on ${availableParallelism()} processors, Node ${process.version}`);
  const columns: Column[] = [];
  if (isAsked('C loop')) columns.push(...loop());
  for (const contestant of [drover, runit, s6, supervisord, createPm2(directory)]) {
    if (!isAsked(contestant.name)) continue;
    const figures = await measure(contestant);
    if (figures !== null) columns.push({ name: contestant.name, figures });
  }
  console.log(`\n${renderTable(columns)}`);
  if (isAsked('drover') && drover.missing() === null) await measureDroverAlone();
}

function loop(): readonly Column[] {
  const times = runSpawnLoop(directory, setting.count, ['sleep', setting.marker]);
  if (times === null) {
    console.log('C loop: skipped, cc is not on PATH');
    return [];
  }
  const figures = {
    'start all (ms)': times.start,
    'all killed -> all back (ms)': times.backAfterKill,
    'stop all (ms)': times.stop,
  };
  return [{ name: 'C loop', figures }];
}

async function measure(contestant: Contestant): Promise<Figures | null> {
  const missing = contestant.missing();
  if (missing !== null) {
    console.log(`${contestant.name}: skipped, ${missing}`);
    return null;
  }
  console.log(`${contestant.name} ...`);
  try {
    const life = await measureLife(contestant, setting);
    return { ...life, ...(await measureDeaf(contestant, setting)) };
  } catch (error) {
    console.log(`${contestant.name}: given up, ${String(error)}`);
    return null;
  } finally {
    await endEverything(setting);
  }
}

async function measureDroverAlone(): Promise<void> {
  const figures = {
    'memory of an empty Node, PSS (MB)': await measureEmptyNode(),
    ...(await measureAdoption(drover, setting)),
    ...(await measureEmbedding(setting, entry)),
  };
  console.log(`\n${renderTable([{ name: 'drover', figures }])}`);
  for (const script of ['event-cost.ts', 'inspection-cost.ts', 'simulation.ts']) runScript(script);
}

async function end(code: number): Promise<never> {
  const left = await endEverything(setting);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  if (left > 0) console.log(`${left} processes were left by somebody, and have been ended`);
  process.exit(code);
}
