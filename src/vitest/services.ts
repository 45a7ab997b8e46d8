/** Services for tests: brought up on ports of their own, in a directory of their own, gone afterwards. */
import { readFileSync } from 'node:fs';
import type { Config } from '../services/definition.ts';
import { SupervisorError } from '../services/errors.ts';
import { Keeper } from './keeper.ts';
import type { Written } from './messages.ts';

/** A configuration for tests: where its state is, drover decides. */
export type TestConfig = Omit<Config, 'stateDir'>;

export type Ports<Name extends string> = Readonly<Record<Name, number>>;

export interface ServicesOptions<Port extends string = string> {
  /**
   * The configuration, or what makes it of the free ports; or the path of a file, or of a
   * directory that has one.
   */
  readonly config: TestConfig | ((ports: Ports<Port>) => TestConfig) | string;
  /**
   * So many free ports, by these names. A file gets them as variables: `${DB_PORT:-5432}`
   * is a free port in tests and 5432 elsewhere.
   */
  readonly ports?: readonly Port[];
  /** Only these services or groups, and what they depend on. Default: all with `autostart`. */
  readonly only?: readonly string[];
  /** More variables for the configuration and its services. */
  readonly env?: Readonly<Record<string, string>>;
  /** What relative paths of an inline configuration are relative to. Default: the working directory. */
  readonly baseDir?: string;
  /** How long all of it may take to get ready. Default: two minutes. */
  readonly timeoutMs?: number;
}

export interface TestServices<Port extends string = string> {
  /** The free ports, by the names that were asked for. */
  readonly ports: Ports<Port>;
  /** Where the state of the services is; it is removed with them. */
  readonly directory: string;
  /** All that a service has printed so far. */
  log(name: string): string;
  /** For tests of what happens meanwhile. Each resolves when it is done. */
  start(...names: readonly string[]): Promise<void>;
  stop(...names: readonly string[]): Promise<void>;
  restart(...names: readonly string[]): Promise<void>;
  /** SIGKILL to all of its processes; it stays down. */
  kill(...names: readonly string[]): Promise<void>;
  /** Stops everything in order, and removes all of it. */
  close(): Promise<void>;
}

/**
 * Starts services and resolves when all are ready. They end with `close`, or with this
 * process, however that ends. Rejects with a SupervisorError whose message says why, and
 * what the services printed last.
 */
export async function startServices<const Port extends string = never>(
  options: ServicesOptions<Port>,
): Promise<TestServices<Port>> {
  const keeper = new Keeper(options.env ?? {});
  try {
    return await up(keeper, options);
  } catch (error) {
    await keeper.end().catch(() => {});
    throw error;
  }
}

async function up<Port extends string>(
  keeper: Keeper,
  options: ServicesOptions<Port>,
): Promise<TestServices<Port>> {
  const { ports } = await keeper.ask({ type: 'ports', names: options.ports ?? [] }, 'ports');
  const { directory, logs } = await keeper.ask(
    {
      type: 'up',
      written: written(options.config, ports as Ports<Port>),
      baseDir: options.baseDir ?? process.cwd(),
      only: options.only ?? null,
      timeoutMs: options.timeoutMs ?? 120_000,
    },
    'up',
  );
  const ask =
    (verb: 'start' | 'stop' | 'restart' | 'kill') =>
    async (...names: readonly string[]): Promise<void> => {
      await keeper.ask({ type: 'do', verb, names }, 'done');
    };
  let closing: Promise<void> | null = null;
  return {
    ...{ ports: ports as Ports<Port>, directory },
    log: (name) => read(logs, name),
    ...{ start: ask('start'), stop: ask('stop'), restart: ask('restart'), kill: ask('kill') },
    close: () => {
      closing ??= keeper.end();
      return closing;
    },
  };
}

function written<Port extends string>(
  config: ServicesOptions<Port>['config'],
  ports: Ports<Port>,
): Written {
  if (typeof config === 'string') return { file: config };
  return { config: typeof config === 'function' ? config(ports) : config };
}

function read(logs: Readonly<Record<string, string>>, name: string): string {
  const path = logs[name];
  if (path !== undefined) return readFileSync(path, 'utf8');
  const known = Object.keys(logs).join(', ');
  throw new SupervisorError(
    'unknown-service',
    `cannot read the log of "${name}"; there are ${known}`,
  );
}
