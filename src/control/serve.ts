/**
 * A supervisor with everything that makes a manager of it: control server, orderly
 * end, force. Used by the daemon, and by an `up` in the foreground.
 */
import type { Kernel } from '../kernel/port.ts';
import type { Outcome, Supervisor } from '../runtime/api.ts';
import { parseListen } from './access.ts';
import { commands } from './commands.ts';
import { asSupervisorError } from './error-status.ts';
import type { ConfigSource } from './host.ts';
import { ControlServer } from './server.ts';
import { StateKeeper } from './state-keeper.ts';

export interface ServeOptions {
  readonly supervisor: Supervisor;
  readonly kernel: Kernel;
  readonly source: ConfigSource;
  /** `127.0.0.1:PORT`, for a TCP listener beside the socket. */
  readonly listen?: string | undefined;
  /** What does not work at present, beside what the supervisor knows. */
  readonly troubles?: readonly string[];
  readonly onDefect?: (error: unknown, what: string) => void;
}

/** How it ended: `failed` where something is stuck. */
export interface Ending {
  readonly services: 'stop' | 'leave';
  readonly failed: boolean;
}

export interface Served {
  readonly server: ControlServer;
  /** Resolves when nothing is left to do but to exit. */
  readonly ended: Promise<Ending>;
  /** Called when the end begins, however it was asked for. */
  onEnding: (() => void) | null;
  stop(services: 'stop' | 'leave', by: string): Promise<readonly Outcome[]>;
  /** SIGKILL for everything that still lives. */
  force(by: string): void;
  /** The configuration file again; resolves with what went wrong, or null. */
  reload(by: string): Promise<Error | null>;
}

/** Long enough for the answer to whoever asked for the end to be on its way. */
const answerMs = 20;

/** Rejects `already-listening`, `socket-unusable`, `listen-failed`, `listen-not-loopback`. */
export async function serve(options: ServeOptions): Promise<Served> {
  const { supervisor, kernel, source, listen, onDefect } = options;
  const { stateDir } = supervisor.spec;
  const tcp = listen === undefined ? null : parseListen(listen);
  const troubles = new Set(options.troubles);
  let keeperTrouble: string | null = null;
  let finish: (ending: Ending) => void = () => {};
  let stopping: Promise<readonly Outcome[]> | null = null;

  const host = {
    supervisor,
    source,
    degraded: () => [...troubles, ...(keeperTrouble === null ? [] : [keeperTrouble])],
    shutdown: (services: 'stop' | 'leave', by: string) => served.stop(services, by),
  };
  const server = new ControlServer(host, onDefect === undefined ? {} : { onDefect });
  await server.listen(stateDir);
  try {
    if (tcp !== null) await server.listenTcp(tcp, stateDir);
  } catch (error) {
    await server.close();
    throw error;
  }
  const keeper = new StateKeeper({
    ...{ server, kernel, stateDir },
    report: (trouble) => {
      keeperTrouble = trouble;
    },
  });

  const end = async (services: 'stop' | 'leave', failed: boolean): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, answerMs));
    keeper.close();
    await server.close();
    // What is stuck has been told already, and is no reason not to end.
    await supervisor.dispose({ services }).catch(() => {});
    finish({ services, failed });
  };
  const stop = async (services: 'stop' | 'leave', by: string): Promise<readonly Outcome[]> => {
    let failed = true;
    try {
      const outcomes = services === 'leave' ? [] : await supervisor.stop(undefined, { by });
      failed = false;
      return outcomes;
    } finally {
      void end(services, failed);
    }
  };

  const served: Served = {
    server,
    ended: new Promise<Ending>((resolve) => {
      finish = resolve;
    }),
    onEnding: null,
    stop: (services, by) => {
      if (stopping !== null) return stopping;
      server.context.isEnding = true;
      served.onEnding?.();
      stopping = stop(services, by);
      return stopping;
    },
    force: (by) => {
      const names = supervisor.status().services.map(({ name }) => name);
      supervisor.kill(names, { by, wait: false }).catch(() => {});
    },
    reload: async (by) => {
      try {
        await commands.apply(server.context, { by }, { left: new AbortController().signal });
        return null;
      } catch (error) {
        return asSupervisorError(error);
      }
    },
  };
  return served;
}
