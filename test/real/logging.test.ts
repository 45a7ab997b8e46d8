/** Many services write at once while their logs are rotated: every line is there, once and in its place. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { countLines } from '../support/numbered-lines.ts';
import { withArgument } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const services = 50;
const names = Array.from({ length: services }, (_, n) => `s${n}`);
/** A word that no other process of this machine has. */
const marker = `logging-${process.pid}`;
const timeoutMs = 240_000;
/** In a few seconds, or in many where the machine is busy. */
const enough = 12;
/** A hundred lines a second, and at the end how many they were. */
const writer = `
  my ($name, $n, $ends) = ($ARGV[0], 0, 0);
  $SIG{TERM} = sub { $ends = 1 };
  while (!$ends) {
    syswrite STDOUT, "$name " . ++$n . " a line such as a server writes\\n";
    select undef, undef, undef, 0.01;
  }
  syswrite STDOUT, "$name ends after $n lines\\n";
`;

let logs = '';
let daemon: ChildProcess;
let gone: Promise<unknown>;

/** Each has left a generation. */
const rotations = () => readdirSync(logs).filter((name) => /\.log\.\d+$/.test(name)).length;

/** Before its first line a writer may not know yet that it will be told to end. */
const haveAllWritten = () =>
  withArgument(marker).length === services &&
  names.every((name) => {
    const path = join(logs, `${name}.log`);
    return existsSync(`${path}.1`) || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  });

beforeAll(() => {
  const directory = temporaryDirectory('drover-logging-');
  const stateDir = join(directory, 'state');
  logs = join(stateDir, 'logs');
  const service = (name: string) => ({
    command: ['perl', '-e', writer, name, marker],
    // Enough generations that nothing is thrown away, however long it takes.
    logs: { max_size: 8_192, max_files: 10_000 },
    stop_grace_period: '60s',
  });
  const entries = names.map((name) => [name, service(name)]);
  const config = { name: 'logging', state_dir: stateDir, services: Object.fromEntries(entries) };
  const file = join(directory, 'drover.json');
  writeFileSync(file, JSON.stringify(config));
  const main = join(built, 'control/daemon-main.js');
  daemon = spawn(process.execPath, [main, '--file', file], { stdio: 'ignore' });
  gone = new Promise((resolve) => daemon.once('exit', resolve));
});

afterAll(() => {
  daemon.kill('SIGKILL');
  for (const { pid } of withArgument(marker)) process.kill(pid, 'SIGKILL');
});

it('loses no line of fifty services over several rotations', { timeout: timeoutMs }, async () => {
  while (!haveAllWritten() || rotations() < enough) await sleep(100);
  daemon.kill('SIGTERM');
  expect(await gone).toBe(0);
  expect(withArgument(marker)).toEqual([]);
  for (const name of names) {
    const { wrong, written } = countLines(join(logs, `${name}.log`));
    expect({ name, wrong }).toEqual({ name, wrong: 0 });
    expect(written).toBeGreaterThan(0);
  }
});
