/** Measures what no other supervisor has, or what needs no services. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from './contestant.ts';
import type { EmbeddedContestant } from './contestants/embedded.ts';
import { jobOf, type Setting, startAll, stopAll } from './measures.ts';
import { memoryOf } from './observer.ts';
import { elapsed, onPath } from './programs.ts';
import { now } from './witness.ts';

/** The name of a figure, and all that was found of it. */
export type Figures = Readonly<Record<string, readonly number[]>>;

/** What a Node process costs that does nothing. */
export async function measureEmptyNode(): Promise<Figures> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await sleep(1_000);
  const memory = memoryOf([child.pid ?? 0]);
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  return { 'memory of an empty Node, PSS (MB)': [memory] };
}

/** A host is there already; it starts all, is killed, and another one takes over what runs. */
export async function measureAdoption(
  contestant: EmbeddedContestant,
  count: number,
  setting: Setting,
): Promise<Figures> {
  const { witness, patienceMs } = setting;
  const run = contestant.prepare(jobOf(contestant, setting, count, witness.argv(), 0));
  await run.open();
  const start = await startAll(run, count, setting);
  await sleep(1_300);
  const before = new Set(witness.alive());
  const crashed = now();
  await run.crash();
  await run.open();
  run.tell('adopt');
  const inside = await run.said('adopted');
  const outside = now() - crashed;
  const kept = witness.alive().filter((pid) => before.has(pid)).length;
  await stopAll(run, { ...setting, patienceMs });
  if (kept !== count) throw new Error(`${kept} of ${count} were adopted`);
  return {
    [`start of ${count} by a manager that runs already (ms)`]: [start],
    [`adoption of ${count} (ms)`]: [inside],
    [`adoption of ${count}, from the kill of the manager, with the start of Node (ms)`]: [outside],
  };
}

/** How long the control socket takes for the status of all. */
export async function measureApi(
  contestant: Contestant,
  dist: string,
  count: number,
  setting: Setting,
): Promise<Figures> {
  const { connect } = await import(join(dist, 'control/client.js'));
  const job = jobOf(contestant, setting, count, setting.witness.argv(), 0);
  const run = contestant.prepare(job);
  await startAll(run, count, setting);
  await sleep(1_300);
  const client = connect({ stateDir: join(job.directory, 'state') });
  const times: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    const since = now();
    await client.status();
    times.push(now() - since);
  }
  client.close();
  await stopAll(run, setting);
  return { [`status of ${count} by the control socket (ms)`]: times };
}

const starts = 10;

/** What a person waits for before a command line does anything. */
export async function measureCommandLines(dist: string, directory: string): Promise<Figures> {
  const drover = join(dist, 'cli/main.js');
  const file = join(directory, 'empty.json');
  const service = { command: ['true'] };
  writeFileSync(file, JSON.stringify({ name: 'empty', services: { one: service } }));
  const lines: Record<string, readonly [string, ...string[]]> = {
    'node -e 0 (ms)': [process.execPath, '-e', '0'],
    'drover --version (ms)': [process.execPath, drover, '--version'],
    'drover --help (ms)': [process.execPath, drover, '--help'],
    'drover config --file F (ms)': [process.execPath, drover, 'config', '--file', file],
    ...(onPath('supervisorctl')
      ? { 'supervisorctl --help (ms)': ['supervisorctl', '--help'] }
      : {}),
  };
  const figures: Record<string, number[]> = {};
  for (const [name, [program, ...args]] of Object.entries(lines)) {
    await elapsed(program, args);
    const times: number[] = [];
    for (let n = 0; n < starts; n += 1) times.push(await elapsed(program, args));
    figures[name] = times;
  }
  return figures;
}
