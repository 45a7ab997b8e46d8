/** A daemon whose wall clock is set while it works: nothing it does is late, early or lost. Real OS. */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventInfo } from '../../../src/control/client.ts';
import { isMissing } from '../kernel/servers.ts';
import { gone, Project } from './project.ts';

const dayMs = 86_400_000;
const jumps = [
  ['a day ahead', 1],
  ['a year back', -365],
] as const;

/** No machine is so busy that this would not mean a timer that went wrong. */
const lateMs = 15_000;

/** Says when it begins, by a clock that nobody sets, and crashes. */
const crasher = 'cut -d" " -f1 /proc/uptime; sleep 0.5; exit 1';
const config = `services:
  steady: { command: sleep 1000, healthcheck: { test: "true", interval: 200ms, retries: 1, timeout: 5s } }
  crasher:
    command: [sh, -c, '${crasher}']
    ready: { after: 100ms }
    restart: { policy: always, delay: 2s, factor: 1, jitter: 0, intensity: 100 }
  deaf:
    command: [sh, -c, 'trap "" TERM; while :; do sleep 1000; done']
    stop: { grace_period: 3s }
`;

let project: Project;
let shiftMs = 0;
afterEach(() => project.down());

const library = (): string =>
  readdirSync('/usr/lib')
    .map((name) => `/usr/lib/${name}/faketime/libfaketime.so.1`)
    .find((path) => existsSync(path)) ?? 'libfaketime.so.1';

/** Days from now on, for the daemon alone. Read whole or not at all, whenever it looks. */
function setClock(days: number): void {
  const path = join(project.directory, 'clock');
  writeFileSync(`${path}.new`, `${days < 0 ? '' : '+'}${days}d\n`);
  renameSync(`${path}.new`, path);
  shiftMs = days * dayMs;
}

function startAt(days: number): void {
  project = new Project(config);
  setClock(days);
}

const up = () =>
  project.up({
    ...process.env,
    LD_PRELOAD: library(),
    FAKETIME_TIMESTAMP_FILE: join(project.directory, 'clock'),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  });

const wall = (): number => Date.now() + shiftMs;

async function statusOf(name: string) {
  const { services } = await project.client.status();
  const found = services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** When each run of it began, in seconds since boot. */
const runs = (): readonly number[] =>
  readFileSync(join(project.stateDir, 'logs/crasher.log'), 'utf8').trim().split('\n').map(Number);

async function moreRuns(count: number): Promise<void> {
  const enough = runs().length + count;
  await expect.poll(() => runs().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(enough);
}

/** Started since the test began, and not in the future, as its clock has it now. */
async function expectSensibleAges(beganAt: number): Promise<void> {
  const { daemon, services } = await project.client.status();
  const mostMs = performance.now() - beganAt + 1_000;
  const starts = [daemon.startedAt, ...services.map(({ startedAt }) => startedAt)];
  for (const at of starts.filter((one) => one !== null)) {
    expect(wall() - at).toBeGreaterThan(-1_000);
    expect(wall() - at).toBeLessThan(mostMs);
  }
  for (const { startedAt, readyAt } of services) {
    if (startedAt === null || readyAt === null) continue;
    expect(readyAt - startedAt).toBeGreaterThan(-1_000);
    expect(readyAt - startedAt).toBeLessThan(mostMs);
  }
}

/** As it happened: no number twice, and none smaller than one before. */
function expectInOrder(events: readonly EventInfo[]): void {
  const numbers = events.map(({ seq }) => seq);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
}

// Its library comes with the program.
describe.skipIf(isMissing('faketime'))('the wall clock is set', () => {
  it.each(jumps)('%s, and back: nothing is restarted, killed, late or early', async (_, days) => {
    const beganAt = performance.now();
    startAt(0);
    await up();
    const { pid } = await statusOf('steady');
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toMatch(/faketime/i);
    for (const to of [days, 0]) {
      await moreRuns(1);
      setClock(to);
      await expectSensibleAges(beganAt);
      await moreRuns(1);
      await expectSensibleAges(beganAt);
      const last = (await project.client.history({ limit: 1 }))[0];
      // It does believe in that time.
      expect(Math.abs((last?.at ?? 0) - wall())).toBeLessThan(60_000);
    }
    await moreRuns(1);
    const pauses = runs().map((at, i) => at - (runs()[i - 1] ?? 0));
    for (const pause of pauses.slice(1)) {
      expect(pause).toBeGreaterThan(2.4);
      expect(pause).toBeLessThan(lateMs / 1_000);
    }
    const status = await project.client.status();
    expect(status.services).toMatchObject([
      { name: 'steady', pid, state: 'running', healthy: true, restarts: 0 },
      { name: 'crasher' },
      { name: 'deaf', state: 'running', restarts: 0 },
    ]);
    expect(status.daemon.degraded).toEqual([]);
    const all = await project.client.history({ after: 0, limit: 10_000 });
    expect(all.length).toBeGreaterThan(10);
    expectInOrder(all);
  });

  it.each(jumps)('%s during a stop: its grace is as long as ever', async (_, days) => {
    startAt(0);
    await up();
    const beganAt = performance.now();
    const stopping = project.client.stop({ names: ['deaf'] });
    await expect.poll(async () => (await statusOf('deaf')).state).toBe('stopping');
    setClock(days);
    const { outcomes } = await stopping;
    const tookMs = performance.now() - beganAt;
    expect(outcomes[0]?.summary).toMatch(/killed after \d(\.\d)? s/);
    expect(tookMs).toBeGreaterThan(2_900);
    expect(tookMs).toBeLessThan(lateMs);
  });

  it.each(jumps)('%s while no daemon lives: the next one adopts all', async (_, days) => {
    const beganAt = performance.now();
    startAt(0);
    const first = await up();
    const before = await project.pids();
    const past = await project.client.history({ after: 0, limit: 10_000 });
    process.kill(first.pid, 'SIGKILL');
    await gone(first.pid);
    setClock(days);
    const second = await up();
    expect(second.isNew).toBe(true);
    const after = await project.pids();
    expect([after['steady'], after['deaf']]).toEqual([before['steady'], before['deaf']]);
    expect((await statusOf('steady')).adopted).toBe(true);
    await expectSensibleAges(beganAt);
    await moreRuns(2);
    const all = await project.client.history({ after: 0, limit: 10_000 });
    expect(all.slice(0, past.length)).toEqual(past);
    expectInOrder(all);
  });
});
