/** The daemon's whole life: load, adopt, listen, start, and end in order. */
import { join } from 'node:path';
import { createKernel } from '../kernel/index.ts';
import type { Name } from '../machines/vocabulary.ts';
import type { Supervisor } from '../runtime/api.ts';
import { createSupervisor } from '../runtime/create.ts';
import { createLog, type Log } from '../runtime/log.ts';
import { keepBounded } from './bounded-log.ts';
import { fileSource } from './config-source.ts';
import { listenToSignals } from './process-signals.ts';
import { recall } from './recall.ts';
import { SystemdNotifier } from './sd-notify.ts';
import { type Served, serve } from './serve.ts';
import { collectGarbage, tidyAtRest } from './tidy.ts';

/**
 * `all`: every service with autostart, as somebody asks for it. `unless-stopped`: the
 * same after an orderly end, but after a crash what had been stopped by hand stays so.
 * `none`: only what ran goes on.
 */
export type StartPolicy = 'all' | 'unless-stopped' | 'none';

export interface DaemonOptions {
  /** The configuration, or the directory that has it. */
  readonly file: string;
  readonly listen?: string | undefined;
  /** Default `daemon.log` in the state directory. */
  readonly logFile?: string | undefined;
  /** Default `all`. */
  readonly start?: StartPolicy;
  readonly env?: NodeJS.ProcessEnv;
  /** Told once, when it can be asked. */
  readonly listening?: (address: { readonly socket: string; readonly url: string | null }) => void;
}

const pidOne =
  'it runs as PID 1 without an init, so zombies of strangers are never reaped: run it under tini or catatonit (docker run --init)';

/** Resolves with the exit code. Rejects with what kept it from starting. */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const env = options.env ?? process.env;
  const source = fileSource(options.file, env);
  const spec = await source.load();
  const policy = options.start ?? 'all';
  // Before there is a supervisor, which writes down its own beginning.
  const spared = policy === 'unless-stopped' ? stoppedByHand(spec.stateDir) : nobody;
  const logFile = options.logFile ?? join(spec.stateDir, 'daemon.log');
  const kernel = createKernel();
  const supervisor = await createSupervisor(spec, {
    kernel,
    logFile,
    by: 'daemon',
    logLevel: 'info',
  });
  const log = createLog({ level: 'info', destination: logFile });
  const troubles = process.pid === 1 ? [pidOne] : [];
  for (const trouble of troubles) log.warn(trouble);
  let served: Served;
  try {
    const onDefect = (error: unknown, what: string) =>
      log.error({ err: error, what }, 'a request met a defect');
    served = await serve({
      supervisor,
      kernel,
      source,
      troubles,
      onDefect,
      listen: options.listen,
    });
  } catch (error) {
    await supervisor.dispose({ services: 'leave' });
    throw error;
  }
  // No mount, and no directory that somebody removes, is held by the daemon.
  process.chdir('/');
  const unbound = keepBounded(logFile);
  const deaf = obeySignals(served, log);
  const untidy = tidyAtRest(supervisor.events$, kernel.clock, collectGarbage);
  surviveDefects(log);
  const systemd = new SystemdNotifier(env);
  served.onEnding = () => systemd.stopping();
  const { socket, url } = served.server.context.where;
  log.info({ pid: process.pid, socket, url }, 'the daemon listens');
  systemd.ready(`${supervisor.status().services.length} services`);
  options.listening?.({ socket, url });
  if (policy !== 'none') begin(supervisor, spared, log);

  const { failed, services } = await served.ended;
  log.info({ services, failed }, 'the daemon ends');
  deaf();
  untidy();
  unbound();
  systemd.close();
  kernel.close();
  return failed ? 1 : 0;
}

const nobody: ReadonlySet<Name> = new Set();

/** Who is to stay down after a crash. After an orderly end that is nobody. */
function stoppedByHand(stateDir: string): ReadonlySet<Name> {
  const { closed, stopped } = recall(stateDir);
  return closed ? nobody : stopped;
}

function begin(supervisor: Supervisor, spared: ReadonlySet<Name>, log: Log): void {
  const names = supervisor
    .status()
    .services.filter(({ name, autostart }) => autostart && !spared.has(name))
    .map(({ name }) => name);
  supervisor.start(names).catch((error: unknown) => {
    log.warn({ reason: error instanceof Error ? error.message : error }, 'not all have started');
  });
}

function obeySignals(served: Served, log: Log): () => void {
  return listenToSignals({
    stop: (signal) => {
      log.info({ signal }, 'stops everything in order');
      served.stop('stop', signal).catch((error: unknown) => {
        log.error({ err: error }, 'not all could be stopped');
      });
    },
    force: (signal) => {
      log.warn({ signal }, 'kills what is left');
      served.force(signal);
    },
    reload: () => {
      void served.reload('SIGHUP').then((error) => {
        if (error === null) log.info('applied the configuration');
        else log.error({ reason: error.message }, 'applied nothing of the configuration');
      });
    },
  });
}

/** A manager that dies of a defect helps nobody; what it manages goes on either way. */
function surviveDefects(log: Log): void {
  process.on('uncaughtException', (error) => log.error({ err: error }, 'an error nobody caught'));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a rejection nobody saw'));
  // Whoever started us may be gone, and its terminal too.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
