/**
 * A manager in a process of its own, that can be killed: the kernel, compiled, and a
 * script that uses it.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const managers: Manager[] = [];
let compiled = '';

/** To be called once at the top of a test file: Node cannot run TypeScript itself. */
export function useCompiledKernel(): void {
  beforeAll(() => {
    compiled = mkdtempSync(join(tmpdir(), 'drover-compiled-'));
    compile(compiled);
  });
  afterEach(async () => {
    for (const manager of managers.splice(0)) await manager.kill();
  });
  afterAll(() => rmSync(compiled, { recursive: true, force: true }));
}

export interface Manager {
  readonly pid: number;
  /** The next line that the script writes, parsed as JSON. */
  tell(): Promise<unknown>;
  kill(): Promise<void>;
}

/** `kernel` is at hand in the script, and `tell`, which writes one line. `before` is put in front of node. */
export function startManager(script: string, before: readonly string[] = []): Manager {
  const program = `
    import { createLinuxKernel } from ${JSON.stringify(join(compiled, 'out/kernel/linux/kernel.js'))};
    const kernel = createLinuxKernel({});
    const tell = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
    const command = (...argv) => ({
      argv, cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, credentials: null, umask: null, nice: null, limits: {},
    });
    kernel.hold();
    ${script}`;
  const [file = process.execPath, ...args] = [...before, process.execPath];
  const child = spawn(file, [...args, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return attend(child);
}

function attend(child: ChildProcessByStdio<null, Readable, null>): Manager {
  const exited = new Promise<void>((told) => child.once('exit', () => told()));
  const lines = linesOf(child.stdout);
  const manager = {
    pid: child.pid ?? 0,
    tell: async () => JSON.parse((await lines.next()).value ?? 'null'),
    kill: () => {
      child.kill('SIGKILL');
      return exited;
    },
  };
  managers.push(manager);
  return manager;
}

async function* linesOf(stream: Readable): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function compile(directory: string): void {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: join(root, 'src'),
      outDir: join(directory, 'out'),
      allowImportingTsExtensions: false,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [],
    files: [join(root, 'src/kernel/linux/kernel.ts')],
  };
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules/.bin/tsc');
  const ran = spawnSync(tsc, ['-p', directory], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`cannot compile the kernel: ${ran.stdout}`);
}
