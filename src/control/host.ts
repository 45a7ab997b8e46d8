/** What a control server serves, and what it keeps while it does. Types, and how they are made. */
import { clock } from '../kernel/linux/clock.ts';
import type { Name, ProjectSpec } from '../machines/vocabulary.ts';
import type { Outcome, Supervisor, SupervisorStatus } from '../runtime/api.ts';
import { asNoted } from '../runtime/status.ts';
import { SupervisorError } from '../services/errors.ts';
import type { InspectorServer } from './inspector/server.ts';
import { LoopLag } from './loop-lag.ts';
import { Operations } from './operations.ts';
import { EventStreams } from './sse.ts';
import { Tally } from './tally.ts';
import { UsageSampler } from './usage.ts';

/** Where a changed configuration comes from. Both reject with `invalid-config`. */
export interface ConfigSource {
  readonly file: string | null;
  /** Reads the file again. */
  load(): Promise<ProjectSpec>;
  /** A configuration as one writes it. */
  resolve(config: Readonly<Record<string, unknown>>): Promise<ProjectSpec>;
}

export interface Host {
  readonly supervisor: Supervisor;
  readonly source: ConfigSource;
  /** Of the daemon itself, beside those of the supervisor. */
  degraded(): readonly string[];
  /** Stops or leaves everything; the process ends soon after it was told how that went. */
  shutdown(services: 'stop' | 'leave', by: string): Promise<readonly Outcome[]>;
}

export interface Context {
  readonly host: Host;
  readonly startedAt: number;
  readonly operations: Operations;
  readonly streams: EventStreams;
  readonly usage: UsageSampler;
  readonly tally: Tally;
  readonly lag: LoopLag;
  readonly where: { socket: string; url: string | null };
  readonly clients: () => number;
  /** Told of what is a defect of ours. */
  readonly onDefect: (error: unknown, what: string) => void;
  readonly openapi: () => Promise<Record<string, unknown>>;
  /** Of the control server itself, by what they are about. */
  readonly troubles: Map<string, string>;
  isEnding: boolean;
  /** Where somebody has opened it; nothing of it is loaded before. */
  inspector: Promise<InspectorServer> | null;
  /** The apply under way; the next one comes after it. */
  applying: Promise<unknown>;
}

export interface ContextOptions {
  readonly clients: () => number;
  readonly onDefect: (error: unknown, what: string) => void;
}

export function createContext(host: Host, { clients, onDefect }: ContextOptions): Context {
  const began = { at: clock.now(), wall: clock.wall() };
  return {
    host,
    clients,
    onDefect,
    get startedAt() {
      return asNoted({ clock }, began.wall, began.at) ?? began.wall;
    },
    operations: new Operations(),
    streams: new EventStreams(),
    usage: new UsageSampler(host.supervisor),
    tally: new Tally(host.supervisor),
    lag: new LoopLag(clock),
    where: { socket: '', url: null },
    openapi: async () => (await import('./openapi.ts')).createOpenApi(),
    troubles: new Map(),
    isEnding: false,
    inspector: null,
    applying: Promise.resolve(),
  };
}

/** All that does not work at present. */
export const degradedOf = (
  { host, troubles }: Context,
  { degraded }: SupervisorStatus,
): readonly string[] => [...degraded, ...host.degraded(), ...troubles.values()];

/**
 * Services by their own names or by those of their groups. `status`: where it is known
 * already. Throws `unknown-service`.
 */
export function expand(
  { host }: Context,
  names: readonly Name[],
  { services, groups }: SupervisorStatus = host.supervisor.status(),
): ReadonlySet<Name> {
  const known = new Set(services.map(({ name }) => name));
  const members = new Map(groups.map((group) => [group.name, group.members]));
  const found = new Set<Name>();
  const enter = (name: Name): void => {
    if (known.has(name)) found.add(name);
    else if (members.has(name)) for (const member of members.get(name) ?? []) enter(member);
    // Asked only for its message, which suggests a name.
    else throw unknownService(host.supervisor, name);
  };
  for (const name of names) enter(name);
  return found;
}

function unknownService(supervisor: Supervisor, name: Name): SupervisorError {
  try {
    supervisor.serviceStatus(name);
  } catch (error) {
    if (error instanceof SupervisorError) return error;
  }
  return new SupervisorError('unknown-service', `there is no service "${name}"`);
}
