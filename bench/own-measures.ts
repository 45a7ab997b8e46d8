/** Measures what no other supervisor has: an embedding host, and a simulation. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figures, Setting } from './measures.ts';
import { memoryOf } from './observer.ts';

const heapMb = 1_024;
const services = 50;

/** What a Node process costs that does nothing. */
export async function measureEmptyNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await sleep(1_500);
  const memory = memoryOf([child.pid ?? 0]);
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  return memory;
}

export async function measureEmbedding(
  { directory, marker }: Setting,
  entry: string,
): Promise<Figures> {
  const own = join(directory, 'embedding');
  mkdirSync(own);
  const config = join(own, 'drover.json');
  const names = Array.from({ length: services }, (_, index) => `s${index}`);
  const definition = {
    name: 'embedding',
    stateDir: join(own, 'state'),
    services: Object.fromEntries(names.map((name) => [name, { command: ['sleep', marker] }])),
  };
  writeFileSync(config, JSON.stringify(definition));
  const host = fileURLToPath(new URL('embedding.mjs', import.meta.url));
  const words = [`--max-old-space-size=${2 * heapMb}`, host, entry, config, String(heapMb)];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 120_000 });
  const { quiet, spawning } = JSON.parse(stdout) as Record<'quiet' | 'spawning', number>;
  return {
    'host with a 1 GB heap, longest block while idle (ms)': quiet,
    'host with a 1 GB heap, longest block while spawning (ms)': spawning,
  };
}

/** Scripts of their own, that print what they find: run where they are, told where they are not. */
export function runScript(name: string): void {
  const script = fileURLToPath(new URL(name, import.meta.url));
  if (!existsSync(script)) {
    console.log(`${name}: skipped, it is not there`);
    return;
  }
  const runner = fileURLToPath(new URL('run.mjs', import.meta.url));
  console.log('');
  spawnSync(process.execPath, [runner, name], { stdio: 'inherit' });
}
