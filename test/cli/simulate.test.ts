/** `drover simulate`: what it says of a good configuration, and of one that does not come back. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, vi } from 'vitest';
import { run } from '../../src/cli/commands/simulate.ts';
import { readRecording } from '../../src/cli/inspector/recording-file.ts';
import type { Options } from '../../src/cli/options.ts';
import { Screen } from '../../src/cli/render/screen.ts';
import { assume, calmPrograms, troubledPrograms } from '../../src/cli/simulate/assumptions.ts';
import { readMeasured } from '../../src/cli/simulate/measured.ts';
import { simulationLines } from '../../src/cli/simulate/render.ts';
import type { SimulationReport } from '../../src/cli/simulate/report.ts';
import { Dice } from '../../src/simulation/dice.ts';
import { one, resolved } from '../support/configuration.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const shop = resolve(import.meta.dirname, '../../examples/shop/drover.yaml');

async function simulated(options: Options) {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  try {
    const code = await run([], { json: true, ...options });
    const report: SimulationReport & { recording: string | null } = JSON.parse(out);
    return { code, report };
  } finally {
    write.mockRestore();
  }
}

const service = ({ services }: SimulationReport, name: string) => {
  const found = services.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

it('finds that the demo always comes back, and how long that takes at worst', async () => {
  const asked = { file: shop, seeds: '12', steps: '120' };
  const { code, report } = await simulated(asked);
  expect([code, report.ok, report.broken]).toEqual([0, true, []]);
  expect(report).toMatchObject({ project: 'shop', seeds: 12, from: 1, recording: null });
  expect(report.services.map(({ name, down }) => [name, down.runs])).toEqual([
    ['stock', 0],
    ['prices', 0],
    ['mailer', 0],
    ['web', 0],
  ]);
  expect(report.services.some(({ restarts }) => restarts > 0)).toBe(true);
  const { start, stop, rest } = report;
  expect(start).toMatchObject({ service: expect.any(String) });
  expect(stop?.service).toMatch(/^(stock|prices|mailer)$/);
  for (const worst of [start, stop, rest]) expect(worst?.ms).toBeGreaterThan(0);
  // The worst of all is that of its seed, which plays it again.
  const again = await simulated({ ...asked, seeds: '1', from: String(stop?.seed) });
  expect(again.report.stop).toEqual(stop);
}, 120_000);

it('ends as well where nothing goes wrong but what programs do by themselves', async () => {
  const { code } = await simulated({ file: shop, seeds: '1', from: '31' });
  expect(code).toBe(0);
}, 60_000);

const fragile = `name: fragile
services:
  db:
    command: db
    ready: { tcp: "127.0.0.1:5432", timeout: 10s }
    restart: { policy: on-failure, intensity: 0 }
  web: { command: web, depends_on: [db], restart: no, ready: { tcp: "127.0.0.1:80", timeout: 5s } }
`;

it('finds who does not come back and why, and keeps that run as a recording', async () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'drover.yaml');
  writeFileSync(file, fragile);
  const out = join(directory, 'run.json');
  const { code, report } = await simulated({ file, seeds: '15', steps: '120', out });
  expect([code, report.ok, report.broken]).toEqual([7, false, []]);
  expect(service(report, 'db').tripped.runs).toBeGreaterThan(0);
  // Nearly always something goes wrong, and nobody helps.
  expect(service(report, 'web').down.runs).toBeGreaterThan(5);
  const downs = report.services.filter(({ down }) => down.runs > 0);
  for (const { name, down } of downs) expect(down.why).toContain(`${name} `);
  expect(downs.map(({ down }) => down.seed)).toContain(report.worstSeed);
  expect(report.recording).toBe(out);
  const recording = readRecording(out, { since: undefined, until: undefined });
  expect(recording.info.name).toBe(`fragile, seed ${report.worstSeed}`);
  const ids = recording.definitions.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['supervisor', 'service']));
  expect(recording.records.length).toBeGreaterThan(100);
}, 120_000);

it('refuses what it cannot count', async () => {
  for (const flags of [{ seeds: '0' }, { seeds: 'many' }, { steps: '-1' }]) {
    await expect(run([], { file: shop, ...flags })).rejects.toMatchObject({ code: 'usage' });
  }
});

it('takes what was measured for what programs need', () => {
  const file = join(temporaryDirectory(), 'web.json');
  const results = [
    { name: 'start', figures: { readyMs: 200 } },
    { name: 'kill -9', figures: { readyMs: 400 } },
    { name: 'stop', figures: { tookMs: 30 } },
  ];
  writeFileSync(file, JSON.stringify([{ service: 'web', results }]));
  const web = one({ command: 'x', ready: { tcp: '127.0.0.1:80', timeout: '60s' } });
  expect(assume(web)).toEqual({ service: 'web', startMs: 30_000, stopMs: 5_000, from: 'timeouts' });
  expect(assume(web, readMeasured(file))).toEqual({
    ...{ service: 'web', startMs: 1_200, stopMs: 90, from: 'measured' },
  });
  writeFileSync(file, '{"service": 1}');
  expect(() => readMeasured(file)).toThrow(/it holds something else/);
});

it('makes programs that take up to what is assumed, and the same ones of the same dice', () => {
  const { root } = resolved({
    services: { web: { command: 'x', ready: { tcp: '127.0.0.1:80' } } },
  });
  const none = new Map();
  expect(calmPrograms(root, none)).toEqual({
    x: [{ listensOn: [80], listensAfterMs: 30_000, stopsAfterMs: 5_000 }],
  });
  const starts = troubledPrograms(new Dice(7), root, none)['x'] ?? [];
  expect(starts).toEqual(troubledPrograms(new Dice(7), root, none)['x']);
  expect(starts.every(({ listensAfterMs = 0 }) => listensAfterMs <= 90_000)).toBe(true);
  expect(new Set(starts.map(({ listensAfterMs }) => listensAfterMs)).size).toBeGreaterThan(5);
});

it('says what came of it, what was assumed, and how to see it', () => {
  const screen = new Screen({ out: { write: () => true }, env: {} });
  const never = { runs: 0, seed: null, why: null };
  const report: SimulationReport = {
    ...{ project: 'shop', seeds: 100, from: 1, virtualMs: 7_200_000, ok: false, tolerance: 0.05 },
    start: { ms: 61_000, seed: 3, service: 'web' },
    stop: { ms: 9_000, seed: 4, service: 'db' },
    ...{ rest: null, broken: [], worstSeed: 12 },
    services: [
      {
        ...{ name: 'db', worstStart: { ms: 900, seed: 3 }, restarts: 4, killed: never },
        tripped: { runs: 1, seed: 8, why: null },
        down: { runs: 9, seed: 12, why: 'db has failed' },
      },
    ],
    assumptions: [{ service: 'db', startMs: 500, stopMs: 90, from: 'measured' }],
  };
  expect(simulationLines(screen, report, 1_500)).toEqual([
    'shop: 1 service under faults, seeds 1 to 100, 2.0 h of virtual time in 1.5 s',
    '',
    'start of everything    1 min 1 s at worst (seed 3, decided by web)',
    'stop of everything     9 s at worst (seed 4, decided by db)',
    'at rest after trouble  never',
    '',
    'SERVICE      WORST START  RESTARTS   LIMIT TRIPPED  KILLED AT STOP  DOWN AT THE END',
    'db       900 ms (seed 3)         4  1 run (seed 8)               -  9 runs (seed 12)',
    '',
    '! db was down at the end, such as in seed 12:',
    '  db has failed',
    'assumed of the programs:',
    '  db: starts within 500 ms, leaves within 90 ms (three times what was measured)',
    expect.stringMatching(/of 100 starts 20 crash within a minute/),
    '',
    expect.stringMatching(/^it does not converge: .*--from 12 --seeds 1 --out run.html$/),
  ]);
});
