/**
 * Kills each supervisor that is here with SIGKILL while it runs services, starts it again, and
 * counts from outside who is there twice, not at all, or still there after an orderly stop:
 * `npm run kill-9`. Nothing is left behind.
 *
 * `npm run kill-9 -- --only drover,s6 --services 8 --trials 5 --write`
 *
 * `--write` puts the tables into docs/kill-9.md.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { doAndClean, endEverything } from '../cleaning.ts';
import { createDrover } from './drover.ts';
import type { Peer, Victims } from './peer.ts';
import { createPeers } from './peers.ts';
import { type Row, renderRows, writeBetween } from './report.ts';
import { programs } from './services.ts';
import { type Trial, tryOnce } from './trial.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    services: { type: 'string', default: '8' },
    trials: { type: 'string', default: '5' },
    dist: { type: 'string', default: join(root, 'dist') },
    write: { type: 'boolean', default: false },
  },
});
const count = Number(values.services);
const directory = mkdtempSync(join(tmpdir(), 'drover-kill-9-'));
// Seconds that nobody else sleeps for.
const marker = `86400.${process.pid}${Date.now() % 1_000_000}`;
const traces = { directory, marker, spared: [] };
let trialsDone = 0;

await doAndClean(run, traces);

async function run(): Promise<void> {
  const present = [createDrover(resolve(values.dist)), ...createPeers()].filter(takesPart);
  const tables: string[] = [];
  for (const program of programs) {
    console.log(`\n${program.title}`);
    const rows: Row[] = [];
    for (const peer of present) {
      for (const victims of peer.victims) rows.push(await row(peer, victims, program.argv(marker)));
    }
    tables.push(`### ${program.title}\n\n${renderRows(rows)}`);
  }
  const made = `${values.trials} trials of ${count} services each: ${present.map(named).join(', ')}.`;
  const text = [made, ...tables].join('\n\n');
  console.log(`\n${text}`);
  if (values.write) writeBetween(join(root, 'docs/kill-9.md'), 'kill-9', text);
}

function takesPart(peer: Peer): boolean {
  const only = values.only.split(',').filter((name) => name !== '');
  if (only.length > 0 && !only.includes(peer.name)) return false;
  const missing = peer.missing();
  if (missing !== null) console.log(`${peer.name}: skipped, ${missing}`);
  return missing === null;
}

function named(peer: Peer): string {
  return `${peer.name} ${peer.version()}`;
}

async function row(peer: Peer, victims: Victims, argv: readonly [string, ...string[]]) {
  const trials: Trial[] = [];
  for (let trial = 0; trial < Number(values.trials); trial++) {
    trialsDone += 1;
    const own = join(directory, `trial-${trialsDone}`);
    mkdirSync(own);
    const job = { directory: own, count, argv, graceMs: 2_000 };
    trials.push(await tryOnce(peer, victims, { job, marker, settleMs: 3_000 }));
    await endEverything({ ...traces, directory: own });
    rmSync(own, { recursive: true, force: true });
  }
  console.log(`${peer.name}, ${victims}: ${JSON.stringify(trials)}`);
  return { name: peer.name, victims, trials };
}
