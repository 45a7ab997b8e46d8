/**
 * Starts a daemon of its own, as `drover up -d` does, and waits until it can be
 * asked. Where there is one already, that one is it: of ten that start at once, the
 * lock of the state directory lets one live, and the others end up with that one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SupervisorError } from '../services/errors.ts';
import { type Client, connect, type DaemonInfo, type Operation } from './client.ts';
import { daemonNodeFlags } from './node-flags.ts';

export interface StartDaemonOptions {
  /** The configuration, or the directory that has it. */
  readonly file: string;
  /** As the configuration says: `ProjectSpec.stateDir`. */
  readonly stateDir: string;
  readonly listen?: string | undefined;
  readonly logFile?: string | undefined;
  /** What to start and wait for; absent: all with autostart. */
  readonly names?: readonly string[] | undefined;
  /** Wait until the services are ready. Default true. */
  readonly wait?: boolean;
  readonly timeoutMs?: number | undefined;
  readonly by?: string;
  /** The program and its first arguments, in place of the daemon's own. */
  readonly program?: readonly [string, ...string[]];
  /** Called when the daemon can be asked, before anything is waited for. */
  readonly onReachable?: (client: Client, daemon: DaemonInfo) => void;
}

export interface StartedDaemon {
  readonly client: Client;
  readonly daemon: DaemonInfo;
  /** False: there was one already. */
  readonly isNew: boolean;
  /** What became of the services; null where nobody waited. */
  readonly operation: Operation | null;
}

/** How long loading, recovering and adopting may take, and the winner of a race its beginning. */
const patienceMs = 60_000;
const raceMs = 10_000;
const lookMs = 25;

type Message =
  | { readonly type: 'listening' }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly hint: string | null;
    };

/** Rejects with what kept the daemon from starting, or `start-failed` and the like for services. */
export async function startDaemon(options: StartDaemonOptions): Promise<StartedDaemon> {
  const client = connect({ stateDir: options.stateDir });
  const known = await ask(client);
  const isNew = known === null && (await launch(options)) === 'started';
  const daemon = known ?? (await reach(client, isNew ? patienceMs : raceMs));
  options.onReachable?.(client, daemon);
  if (options.wait === false && !namesSome(options)) {
    return { client, daemon, isNew, operation: null };
  }
  const operation = await client.start({
    ...(namesSome(options) ? { names: [...(options.names ?? [])] } : {}),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    wait: options.wait ?? true,
    by: options.by ?? 'up',
  });
  return { client, daemon, isNew, operation };
}

const namesSome = ({ names }: StartDaemonOptions): boolean =>
  names !== undefined && names.length > 0;

/** null: nobody listens. */
async function ask(client: Client): Promise<DaemonInfo | null> {
  try {
    return await client.daemon();
  } catch (error) {
    if (error instanceof SupervisorError && error.code === 'daemon-not-reachable') return null;
    throw error;
  }
}

async function reach(client: Client, forMs: number): Promise<DaemonInfo> {
  const endsAt = performance.now() + forMs;
  for (;;) {
    const daemon = await ask(client);
    if (daemon !== null) return daemon;
    if (performance.now() > endsAt) return client.daemon();
    await sleep(lookMs);
  }
}

/** `taken`: another one has the state directory, and will soon be reachable if it is a daemon. */
function launch(options: StartDaemonOptions): Promise<'started' | 'taken'> {
  return new Promise((resolve, reject) => {
    const child = spawnDetached(options);
    const settle = (settled: () => void): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.on('error', () => {});
      // Nothing must tie it to us, and nothing us to it.
      if (child.connected) child.disconnect();
      child.unref();
      settled();
    };
    const timer = setTimeout(() => settle(() => reject(slow(options))), patienceMs);
    child.once('error', (error) => settle(() => reject(dead(options, error.message, error))));
    child.once('exit', (code, signal) =>
      settle(() => reject(dead(options, `it ended with ${signal ?? `exit code ${code}`}`))),
    );
    child.on('message', (message: Message) => {
      if (message.type === 'listening') settle(() => resolve('started'));
      else if (message.code === 'already-managed') settle(() => resolve('taken'));
      else {
        settle(() => reject(new SupervisorError(message.code, message.message, message.hint)));
      }
    });
  });
}

/** In a session of its own, with nothing of ours but an end of a pipe that both can lose. */
function spawnDetached(options: StartDaemonOptions): ChildProcess {
  const output = openLog(options);
  const [program, ...first] = options.program ?? ownProgram();
  try {
    return spawn(program, [...first, ...argumentsOf(options)], {
      detached: true,
      cwd: '/',
      env: environment(),
      stdio: ['ignore', output, output, 'ipc'],
    });
  } finally {
    if (typeof output === 'number') closeSync(output);
  }
}

function argumentsOf({ file, listen, logFile }: StartDaemonOptions): readonly string[] {
  return [
    '--file',
    resolve(file),
    ...(listen === undefined ? [] : ['--listen', listen]),
    ...(logFile === undefined ? [] : ['--log-file', resolve(logFile)]),
  ];
}

/** Run from its sources, as in a test, it needs somebody who reads TypeScript. */
function ownProgram(): readonly [string, ...string[]] {
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(`./daemon-main.${isSource ? 'ts' : 'js'}`, import.meta.url));
  return [
    process.execPath,
    ...daemonNodeFlags,
    ...(isSource ? ['--import', 'jiti/register'] : []),
    main,
  ];
}

/** What only concerns the program that starts it must not get into the daemon. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_CHANNEL_FD: __, NODE_UNIQUE_ID: ___, ...env } = process.env;
  return env;
}

/** For what is said before there is a log, and by Node itself when it crashes. */
function openLog({ stateDir, logFile }: StartDaemonOptions): number | 'ignore' {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    return openSync(logFile ?? join(stateDir, 'daemon.log'), 'a', 0o600);
  } catch {
    return 'ignore';
  }
}

function dead(options: StartDaemonOptions, why: string, cause?: unknown): SupervisorError {
  const log = options.logFile ?? join(options.stateDir, 'daemon.log');
  return new SupervisorError(
    'daemon-failed',
    `cannot start the daemon: ${why}`,
    `see ${log}`,
    cause,
  );
}

const slow = (options: StartDaemonOptions): SupervisorError =>
  dead(options, `it could not be asked within ${patienceMs / 1_000} s`);
