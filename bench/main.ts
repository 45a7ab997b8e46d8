/**
 * Measures drover beside the supervisors that are installed and beside a loop in C, in
 * one run: `npm run bench`. Everything is in a temporary directory, and nothing is left.
 * With all contestants and three rounds it takes less than 12 minutes.
 *
 *   --sizes 50,200,1000  numbers of services
 *   --rounds 3           at most; --minutes says when no further one is begun
 *   --minutes 11
 *   --only drover,runit  these contestants alone; `own` are the figures that only drover has
 *   --deaf 20            services that ignore SIGTERM; 0 for none
 *   --kills 100          killed one by one in each round, for at most --kill-seconds 3
 *   --idle 10            seconds to look at an idle manager of most services
 *   --patience 90        seconds after which a contestant is given up
 *   --write              puts table and plots into docs/performance.md; --render does so with the last results
 *   --dist PATH          the built package
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { doAndClean, endEverything } from './cleaning.ts';
import { compile } from './compiled.ts';
import type { Contestant } from './contestant.ts';
import { createDrover } from './contestants/drover.ts';
import { createEmbedded } from './contestants/embedded.ts';
import { createPm2 } from './contestants/pm2.ts';
import { processCompose } from './contestants/process-compose.ts';
import { runit } from './contestants/runit.ts';
import { s6 } from './contestants/s6.ts';
import { createSpawnLoop } from './contestants/spawn-loop.ts';
import { supervisord } from './contestants/supervisord.ts';
import { lookAtMachine } from './machine.ts';
import { measureDeaf, measureLife, type Setting } from './measures.ts';
import {
  type Figures,
  measureAdoption,
  measureApi,
  measureCommandLines,
  measureEmptyNode,
} from './own-measures.ts';
import { publish } from './report/publish.ts';
import { keepResults, lastResults, type Results } from './report/results.ts';
import { sideBySide } from './report/side-by-side.ts';
import { type Cell, runInRounds, type Unit } from './schedule.ts';
import { openWitness } from './witness.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '50,200,1000' },
    rounds: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '11' },
    only: { type: 'string', default: '' },
    deaf: { type: 'string', default: '20' },
    kills: { type: 'string', default: '100' },
    'kill-seconds': { type: 'string', default: '3' },
    idle: { type: 'string', default: '10' },
    patience: { type: 'string', default: '90' },
    write: { type: 'boolean', default: false },
    render: { type: 'boolean', default: false },
    dist: { type: 'string', default: resolve(import.meta.dirname, '../dist') },
  },
});
const only = values.only.split(',').filter((name) => name !== '');
const isAsked = (name: string) => only.length === 0 || only.includes(name);
const dist = resolve(values.dist);
const sizes = values.sizes.split(',').map(Number);
const most = Math.max(...sizes);
const say = (line: string) => console.log(line);

if (values.render) {
  publish('bench', sideBySide(lastResults('bench')));
  process.exit(0);
}

const directory = mkdtempSync(join(tmpdir(), 'drover-bench-'));
/** A word that no other process of this machine has. */
const marker = `bench-${process.pid}-${Date.now()}`;
const witness = await openWitness(directory, marker);
const setting: Setting = {
  directory,
  witness,
  kills: Number(values.kills),
  killsForMs: Number(values['kill-seconds']) * 1_000,
  idleSeconds: 0,
  patienceMs: Number(values.patience) * 1_000,
};
const drover = createDrover(dist);
const embedded = createEmbedded(join(dist, 'index.js'));

await doAndClean(run, { directory, marker, spared: [witness.pid] }, () => witness.close());

async function run(): Promise<void> {
  const machine = lookAtMachine();
  const since = performance.now();
  const until = since + Number(values.minutes) * 60_000;
  const loop = createSpawnLoop(compile('spawn-loop', directory));
  const peers = [runit, s6, supervisord, createPm2(), processCompose];
  const taking = [loop, drover, embedded, ...peers].filter(takesPart);
  const own = isAsked('own') && drover.missing() === null ? await measureOwn() : {};
  const clean = async () =>
    void (await endEverything({ directory, marker, spared: [witness.pid] }));
  const limits = { rounds: Number(values.rounds), until, say, clean };
  const cells: readonly Cell[] = await runInRounds(unitsOf(taking), limits);
  const minutes = Math.round((performance.now() - since) / 6_000) / 10;
  const results: Results = { machine, minutes, cells, own };
  const pages = sideBySide(results);
  say(`\n${pages.text}`);
  if (!values.write) return;
  keepResults('bench', results);
  publish('bench', pages);
}

function takesPart(contestant: Contestant): boolean {
  if (!isAsked(contestant.name)) return false;
  const missing = contestant.missing();
  if (missing !== null) say(`${contestant.name}: skipped, ${missing}`);
  return missing === null;
}

function unitsOf(contestants: readonly Contestant[]): readonly Unit[] {
  const lives = [...sizes]
    .sort((one, other) => other - one)
    .flatMap((count) =>
      contestants
        // A host is another way to begin, and after that the same.
        .filter((contestant) => contestant !== embedded || count === most)
        .map((contestant) => lifeOf(contestant, count)),
    );
  const deaf = Number(values.deaf);
  const others = contestants.filter((contestant) => contestant !== embedded);
  return deaf === 0 ? lives : [...lives, ...others.map((one) => deafOf(one, deaf))];
}

function lifeOf(contestant: Contestant, count: number): Unit {
  return {
    contestant: contestant.name,
    size: String(count),
    isFirst: count === most,
    run(round) {
      const idleSeconds = round === 0 && count === most ? Number(values.idle) : 0;
      const killsForMs = setting.killsForMs / (count === most ? 1 : 2);
      return measureLife(contestant, count, { ...setting, idleSeconds, killsForMs });
    },
  };
}

function deafOf(contestant: Contestant, count: number): Unit {
  return {
    contestant: contestant.name,
    size: `${count} deaf`,
    isFirst: false,
    run: () => measureDeaf(contestant, count, setting),
  };
}

async function measureOwn(): Promise<Figures> {
  const figures: Record<string, readonly number[]> = {
    ...(await measureEmptyNode()),
    ...(await measureCommandLines(dist, directory)),
    ...(await measureApi(drover, dist, most, setting)),
  };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const found = await measureAdoption(embedded, most, setting);
    for (const [name, numbers] of Object.entries(found))
      figures[name] = [...(figures[name] ?? []), ...numbers];
  }
  return figures;
}
