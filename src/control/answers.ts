/** Puts together what a question is answered with. Reads only. */
import type { Check, Name, ServiceSpec } from '../machines/vocabulary.ts';
import type { ServiceStatus } from '../runtime/api.ts';
import { redactCommand } from '../services/redact.ts';
import { version } from '../version.ts';
import { type Context, degradedOf, expand } from './host.ts';
import type { DaemonInfo, Health, ProcessView, ServiceInfo, StatusInfo } from './protocol.ts';
import type { DeepReadonly } from './readonly.ts';

export async function daemonInfo(context: Context): Promise<DeepReadonly<DaemonInfo>> {
  await context.lag.expect();
  return daemonWith(context, degradedOf(context, context.host.supervisor.status()));
}

function daemonWith(context: Context, degraded: readonly string[]): DeepReadonly<DaemonInfo> {
  const { host, where, startedAt } = context;
  const { name: project, stateDir } = host.supervisor.spec;
  return {
    pid: process.pid,
    version,
    apiVersion: 1,
    node: process.version,
    startedAt,
    project,
    file: host.source.file,
    stateDir,
    socket: where.socket,
    url: where.url,
    degraded,
    memory: process.memoryUsage.rss(),
    eventLoopLagMs: context.lag.ms,
    clients: context.clients(),
  };
}

export async function statusInfo(
  context: Context,
  names: readonly Name[] | undefined,
): Promise<DeepReadonly<StatusInfo>> {
  await Promise.all([context.usage.refresh(), context.lag.expect()]);
  const status = context.host.supervisor.status();
  const wanted = names === undefined ? null : expand(context, names, status);
  const { services, groups } = status;
  const specs = specsOf(context);
  return {
    daemon: daemonWith(context, degradedOf(context, status)),
    services: services
      .filter(({ name }) => wanted === null || wanted.has(name))
      .map((service) => withUsage(context, service, specs.get(service.name))),
    groups,
  };
}

export async function serviceInfo(
  context: Context,
  name: Name,
): Promise<DeepReadonly<ServiceInfo>> {
  const status = context.host.supervisor.serviceStatus(name);
  await context.usage.refresh();
  return withUsage(context, status, specsOf(context).get(name));
}

function withUsage(
  { usage }: Context,
  status: ServiceStatus,
  spec: ServiceSpec | undefined,
): DeepReadonly<ServiceInfo> {
  const used = status.pid === null ? null : usage.of(status.name);
  // A status is made for whoever asks, so it is completed and not copied: there are many.
  const info = status as Mutable<ServiceInfo>;
  info.cpu = used?.cpu ?? null;
  info.rss = used?.rss ?? null;
  info.ports = [...(used?.ports ?? (spec === undefined ? [] : namedPorts(spec)))];
  return info;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export function processViews({ host }: Context, name: Name): readonly ProcessView[] {
  return host.supervisor
    .processes(name)
    .map(({ identity, parentPid, command, cpuMs, residentBytes, holdsLifeline }) => ({
      pid: identity.pid,
      startTime: identity.startTime,
      command: redactCommand(command),
      ...{ parentPid, cpuMs, residentBytes, holdsLifeline },
    }));
}

export function healthInfo(context: Context): DeepReadonly<Health> {
  const status = context.host.supervisor.status();
  const wanted = status.services.filter(({ desired }) => desired === 'up');
  const notReady = wanted.filter(({ ready }) => !ready).map(({ name }) => name);
  return {
    healthy: notReady.length === 0,
    wanted: wanted.length,
    ready: wanted.length - notReady.length,
    notReady,
    degraded: degradedOf(context, status),
  };
}

export function specsOf({ host }: Context): ReadonlyMap<Name, ServiceSpec> {
  const specs = new Map<Name, ServiceSpec>();
  const enter = (spec: typeof host.supervisor.spec.root): void => {
    for (const child of spec.children) {
      if (child.spec.kind === 'group') enter(child.spec);
      else specs.set(child.spec.name, child.spec);
    }
  };
  enter(host.supervisor.spec.root);
  return specs;
}

/** Those that its checks speak to. */
function namedPorts({ ready, health }: ServiceSpec): readonly number[] {
  const ports = [ready?.check, health?.check].flatMap((check) => portOf(check) ?? []);
  return [...new Set(ports)];
}

function portOf(check: Check | undefined): number | null {
  if (check?.kind === 'tcp') return check.port;
  if (check?.kind === 'protocol' && check.at.kind === 'tcp') return check.at.port;
  if (check?.kind !== 'http' || !URL.canParse(check.url)) return null;
  const { port, protocol } = new URL(check.url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
