/**
 * What it costs to be looked at, and whether the page grows: a thousand services that
 * make some 200 events a second, the same load without an inspector, with one that
 * nobody looks at, and with its page open in Chromium. `npm run inspect-soak`.
 *
 * `npm run inspect-soak -- --services 1000 --rate 200 --minutes 10`
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    dist: { type: 'string', default: resolve(import.meta.dirname, '../dist') },
  },
});
const count = Number(values.services);
const rate = Number(values.rate);
const minutes = Number(values.minutes);
const dist = resolve(values.dist);
const { connect } = await import(join(dist, 'control/client.js'));

const directory = mkdtempSync(join(tmpdir(), 'drover-inspect-'));
const stateDir = join(directory, 'state');
const file = join(directory, 'drover.json');
const names = Array.from({ length: count }, (_, index) => `s${index}`);
/** Exited, judged, three times another state: what one crash brings. */
const eventsOfACrash = 5;
const crashEveryMs = 100;
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

const restart = {
  policy: 'always',
  delay: '10ms',
  max_delay: '10ms',
  intensity: 1e6,
  period: '1h',
};
const service = { command: ['sleep', '86400'], ready: { after: 0 }, restart };
const services = Object.fromEntries(names.map((name) => [name, service]));
writeFileSync(file, JSON.stringify({ name: 'inspected', state_dir: stateDir, services }));

const main = join(dist, 'cli/main.js');
const daemon = spawn(
  process.execPath,
  [join(dist, 'control/daemon-main.js'), '--file', file, '--start', 'unless-stopped'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
const client = connect({ stateDir });
let browser = null;
let crashes = 0;
let isOver = false;
process.once('SIGINT', () => void end(130));

try {
  await run();
  await end(0);
} catch (error) {
  console.error(error);
  await end(1);
}

async function run() {
  await until(() => client.status().then(({ services }) => services.every(({ ready }) => ready)));
  console.log(`${count} services run; ${rate} events a second from here on`);
  const crashing = crash();
  await sleep(5_000);
  report('no inspector', await cost(60_000));

  const { url } = JSON.parse(
    execFileSync(process.execPath, [main, 'inspect', '--no-open', '--json', '--file', file], {
      encoding: 'utf8',
    }),
  );
  report('inspector open, nobody looks', await cost(60_000));

  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => console.log(`the page: ${error.message}`));
  await page.goto(url);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await sleep(10_000);
  for (let minute = 0; minute < minutes; minute++) {
    const figures = await cost(60_000);
    report(`page open, minute ${minute + 1}`, { ...figures, ...(await weigh(session)) });
  }
  report('scrolling the tree, live', await scroll(page));
  isOver = true;
  await crashing;
  await sleep(5_000);
  report('scrolling the tree, at rest', await scroll(page));
}

/** How far apart frames are drawn, while somebody turns the wheel; milliseconds. */
async function scroll(page) {
  await page.evaluate(() => {
    globalThis.frames_ = [];
    const frame = (at) => {
      globalThis.frames_.push(at);
      globalThis.frame_ = requestAnimationFrame(frame);
    };
    globalThis.frame_ = requestAnimationFrame(frame);
  });
  await page.mouse.move(200, 400);
  for (let turn = 0; turn < 60; turn++) {
    await page.mouse.wheel(0, turn < 30 ? 400 : -400);
    await sleep(50);
  }
  const times = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.frame_);
    return globalThis.frames_;
  });
  const gaps = times.slice(1).map((at, i) => at - times[i]);
  gaps.sort((a, b) => a - b);
  const at = (share) => Math.round(gaps[Math.floor((gaps.length - 1) * share)] ?? 0);
  return { frames: gaps.length, median: at(0.5), p95: at(0.95), longest: at(1) };
}

/** Kills a few of them again and again, each time others. */
async function crash() {
  const each = Math.max(1, Math.round((rate / eventsOfACrash / 1_000) * crashEveryMs));
  let next = 0;
  while (!isOver) {
    const chosen = Array.from({ length: each }, () => names[next++ % names.length]);
    const isDone = await client.signal({ names: chosen, signal: 'SIGKILL' }).then(
      () => true,
      () => false,
    );
    if (isDone) crashes += each;
    await sleep(crashEveryMs);
  }
}

/** Of the daemon, in per cent of one core. */
async function cost(forMs) {
  const before = { cpu: cpuMs(), crashes, at: performance.now() };
  await sleep(forMs);
  const sinceMs = performance.now() - before.at;
  return {
    'events/s': Math.round(((crashes - before.crashes) * eventsOfACrash * 1_000) / sinceMs),
    'daemon cpu %': Math.round(((cpuMs() - before.cpu) / sinceMs) * 1_000) / 10,
    'daemon rss MB': Math.round(rssOf(daemon.pid)),
  };
}

async function weigh(session) {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name)?.value ?? 0;
  return { 'page heap MB': Math.round(of('JSHeapUsedSize') / 1e5) / 10, nodes: of('Nodes') };
}

function report(phase, figures) {
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  console.log(`${phase}: ${texts.join(', ')}`);
}

function cpuMs() {
  const stat = readFileSync(`/proc/${daemon.pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1_000;
}

function rssOf(pid) {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return Number(kilobytes) / 1_024;
}

async function until(isSo) {
  while (!(await isSo().catch(() => false))) {
    if (daemon.exitCode !== null) throw new Error('the daemon has ended');
    await sleep(100);
  }
}

async function end(code) {
  isOver = true;
  await browser?.close().catch(() => {});
  const gone = new Promise((done) => daemon.once('exit', done));
  await client.shutdown().catch(() => daemon.kill('SIGKILL'));
  await gone;
  client.close();
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.exit(code);
}
