/**
 * Where one test file runs real servers: a directory and ports of its own, supervisors
 * that are all ended, and a look at the end whether anybody was left behind.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { filter, firstValueFrom } from 'rxjs';
import type { Supervisor, SupervisorEvent } from '../../../src/runtime/api.ts';
import { createSupervisor } from '../../../src/runtime/create.ts';
import { defineConfig } from '../../../src/services/define.ts';
import type { Config, ServiceDefinition } from '../../../src/services/definition.ts';
import { living, look } from '../../support/oracle.ts';

export const isRoot = process.geteuid?.() === 0;
export const run = promisify(execFile);

/** Below what the kernel gives to clients, and others for every process that runs tests. */
const firstPort = 12_000 + (process.pid % 900) * 20;

export class Stage {
  readonly directory: string;
  readonly events: SupervisorEvent[] = [];
  readonly #supervisors: Supervisor[] = [];
  readonly #servers: Server[] = [];
  #nextPort = firstPort;

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'preset-'));
    // Servers that drop root have to get through.
    chmodSync(this.directory, 0o755);
  }

  path(...names: readonly string[]): string {
    return join(this.directory, ...names);
  }

  async supervise(
    services: Readonly<Record<string, ServiceDefinition>>,
    more: Partial<Config> = {},
  ): Promise<Supervisor> {
    const stateDir = this.path(`state-${this.#supervisors.length}`);
    const config = defineConfig({ name: 'presets', stateDir, services, ...more });
    const supervisor = await createSupervisor(config, {
      baseDir: this.directory,
      logLevel: 'silent',
    });
    this.#supervisors.push(supervisor);
    supervisor.events$.subscribe((event) => this.events.push(event));
    return supervisor;
  }

  /** One that nobody listens at, and that no other test file is going to take. */
  async port(): Promise<number> {
    for (;;) {
      const port = this.#nextPort++;
      const server = await listen(port).catch(() => null);
      if (server === null) continue;
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }

  /** Listens there itself, and so keeps a service from doing it. */
  async occupy(port: number): Promise<Server> {
    const server = await listen(port);
    this.#servers.push(server);
    return server;
  }

  /** Also after a test that failed: ends everything, and tells whom it found left behind. */
  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const supervisor of this.#supervisors) await supervisor.dispose().catch(() => {});
    const left = this.processes();
    for (const { pid } of left) process.kill(pid, 'SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left behind: ${left.map((one) => one.command).join()}`);
  }

  /** Everybody who has anything open here, or was told of a path in here. */
  processes(): readonly { readonly pid: number; readonly command: string }[] {
    return living()
      .filter(({ pid }) => pid !== process.pid && this.#isHere(pid))
      .map(({ pid }) => ({ pid, command: argumentsOf(pid).replaceAll('\0', ' ') }));
  }

  #isHere(pid: number): boolean {
    if (argumentsOf(pid).includes(this.directory)) return true;
    const links = [`/proc/${pid}/cwd`, ...list(`/proc/${pid}/fd`)];
    return links.some((link) => linkOf(link).startsWith(this.directory));
  }
}

/** Resolves at the next event that is meant. To be called before what brings it about. */
export function next(
  supervisor: Supervisor,
  isMeant: (event: SupervisorEvent) => boolean,
): Promise<SupervisorEvent> {
  const event = firstValueFrom(supervisor.events$.pipe(filter(isMeant)));
  // Where the test has failed before that, nobody waits any more.
  event.catch(() => {});
  return event;
}

export const state =
  (service: string, to: string) =>
  (event: SupervisorEvent): boolean =>
    event.type === 'service.state' && event.service === service && event.to === to;

/** kill -9 of the main process, until another one is ready; answers whom it replaced. */
export async function killMain(supervisor: Supervisor, name: string): Promise<readonly number[]> {
  const tree = pidsOf(supervisor, name);
  const back = next(supervisor, state(name, 'running'));
  process.kill(pidOf(supervisor, name), 'SIGKILL');
  await back;
  return tree;
}

/** That the first try was enough; else what became of it. `before`: restarts for other reasons. */
export function expectOneRestart(supervisor: Supervisor, name: string, before = 0): void {
  if (supervisor.serviceStatus(name).restarts === before + 1) return;
  const told = supervisor
    .history({ services: [name] })
    .map((event) => ('cause' in event ? `${event.to}: ${event.cause}` : event.type));
  throw new Error(`not the first try:\n${told.slice(-16).join('\n')}`);
}

/** Why nothing came of a start. */
export async function failureOf(starting: Promise<unknown>): Promise<string> {
  try {
    await starting;
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('it did not fail');
}

export function pidOf(supervisor: Supervisor, name: string): number {
  const { pid } = supervisor.serviceStatus(name);
  if (pid === null) throw new Error(`${name} has no process: ${supervisor.why(name)}`);
  return pid;
}

export const pidsOf = (supervisor: Supervisor, name: string): readonly number[] =>
  supervisor.processes(name).map(({ identity }) => identity.pid);

export const isAlive = (pid: number): boolean => look(pid) !== null;

/** Whose rights a process has: the effective user's. */
export function uidOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1]);
}

export async function uidOfAccount(name: string): Promise<number> {
  return Number((await run('id', ['-u', name])).stdout);
}

/** What has no event to wait for is asked again and again. */
export async function until<T>(ask: () => Promise<T> | T, isIt: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await ask();
    if (isIt(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const page = async (port: number, path = '/'): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).text();

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => {}));
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

export const exists = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false }) !== undefined;

export const makeDirectory = (path: string): void => void mkdirSync(path, { recursive: true });
