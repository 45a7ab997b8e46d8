/** What it costs the manager that its services write, and whether all that they wrote is there. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { daemonNodeFlags } from '../../src/control/node-flags.ts';
import { countLines } from '../../test/support/numbered-lines.ts';
import { compile } from '../compiled.ts';
import { awaitGone, familyOf, processes } from '../observer.ts';
import { start } from '../programs.ts';
import type { LogFigures } from './figures.ts';
import type { Place } from './place.ts';

export interface LogOptions {
  readonly services: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly maxBytes: number;
}

const patienceMs = 120_000;
/** Linux counts in hundredths of a second, whatever the machine. */
const tickMs = 10;

export async function measureLogs(place: Place, options: LogOptions): Promise<LogFigures> {
  const { services, perSecond, seconds, maxBytes } = options;
  const directory = join(place.directory, `logs-${maxBytes}`);
  const logs = join(directory, 'state/logs');
  const pid = startDaemon(place, directory, options);
  await until(() => sizesOf(logs).filter((size) => size > 0).length === services);
  // The start itself is no part of it.
  await sleep(2_000);
  const before = { cpu: cpuOf(pid), bytes: bytesIn(logs), at: performance.now() };
  await sleep(seconds * 1_000);
  const took = performance.now() - before.at;
  const managerPercent = ((cpuOf(pid) - before.cpu) / took) * 100;
  const megabytesPerSecond = (bytesIn(logs) - before.bytes) / took / 1_000;
  const everybody = familyOf(pid, []);
  process.kill(pid, 'SIGTERM');
  await awaitGone(everybody, patienceMs);
  const counts = Array.from({ length: services }, (_, n) => countLines(join(logs, `s${n}.log`)));
  const sum = (key: 'written' | 'wrong' | 'generations') =>
    counts.reduce((total, one) => total + one[key], 0);
  return {
    services,
    perSecond,
    maxBytes,
    seconds,
    managerPercent,
    linesPerSecond: (megabytesPerSecond * 1e6) / bytesPerLine(logs),
    megabytesPerSecond,
    lines: sum('written'),
    lost: sum('wrong'),
    rotations: sum('generations'),
    largest: Math.max(...sizesOf(logs)),
  };
}

function startDaemon(place: Place, directory: string, options: LogOptions): number {
  mkdirSync(directory);
  const program = compile('witness', place.directory);
  const names = Array.from({ length: options.services }, (_, n) => `s${n}`);
  const service = (name: string) => ({
    command: [program, 'chat', name, String(options.perSecond)],
    ready: { after: '0ms' },
    // Enough generations that nothing is thrown away.
    logs: { max_size: options.maxBytes, max_files: 200 },
  });
  const file = join(directory, 'drover.json');
  const entries = names.map((name) => [name, service(name)]);
  const config = { name: 'logs', state_dir: join(directory, 'state') };
  writeFileSync(file, JSON.stringify({ ...config, services: Object.fromEntries(entries) }));
  const main = join(place.dist, 'control/daemon-main.js');
  return start(process.execPath, [...daemonNodeFlags, main, '--file', file], { cwd: directory });
}

/** Of the manager and of the helpers that it has waited for, in milliseconds. */
function cpuOf(manager: number): number {
  const text = readFileSync(`/proc/${manager}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks * tickMs;
}

const isLive = (name: string) => /^s\d+\.log$/.test(name);
const isLog = (name: string) => /^s\d+\.log(\.\d+)?$/.test(name);

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const sizesOf = (logs: string) =>
  list(logs)
    .filter(isLive)
    .map((name) => sizeOf(join(logs, name)));
const bytesIn = (logs: string) =>
  list(logs)
    .filter(isLog)
    .reduce((sum, name) => sum + sizeOf(join(logs, name)), 0);

function bytesPerLine(logs: string): number {
  const text = readFileSync(join(logs, 's0.log'), 'latin1');
  return text.length / (text.split('\n').length - 1);
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > deadline)
      throw new Error(`waited in vain, with ${processes().length} processes`);
    await sleep(100);
  }
}
