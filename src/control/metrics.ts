/** What Prometheus scrapes. Loaded, with its library, when somebody scrapes for the first time. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../version.ts';
import { type Context, degradedOf } from './host.ts';
import { statusWord } from './words.ts';

/** What the first scrape may wait for; later ones show what is there. */
const scrapeMs = 1_000;

/** One set a daemon: in a test there may be many. */
const all = new WeakMap<Context, Metrics>();

export async function renderMetrics(context: Context): Promise<string> {
  await Promise.all([context.usage.refresh(scrapeMs), context.lag.expect()]);
  const metrics = all.get(context) ?? createMetrics();
  all.set(context, metrics);
  observeDaemon(metrics, context);
  observeServices(metrics, context);
  observeHistory(metrics, context);
  return metrics.registry.metrics();
}

type Metrics = ReturnType<typeof createMetrics>;

const buckets = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `drover_${name}`, help, registers });
  const perService = (name: string, help: string) =>
    new Gauge({
      name: `drover_service_${name}`,
      help,
      labelNames: ['service', 'group'] as const,
      registers,
    });
  const seconds = (name: string, help: string) =>
    new Histogram({
      name: `drover_service_${name}_duration_seconds`,
      help,
      labelNames: ['service'] as const,
      buckets,
      registers,
    });
  return {
    registry,
    info: new Gauge({
      name: 'drover_daemon_info',
      help: 'Which drover runs; always 1',
      labelNames: ['version'] as const,
      registers,
    }),
    lag: gauge('event_loop_lag_seconds', 'How late the event loop of the daemon comes, on average'),
    memory: gauge('daemon_resident_memory_bytes', 'Memory of the daemon itself'),
    cpu: gauge('daemon_cpu_seconds', 'CPU time that the daemon has used'),
    started: gauge('daemon_start_time_seconds', 'When the daemon began, since 1970'),
    clients: gauge('daemon_clients', 'Open connections to the control API'),
    degraded: gauge('daemon_degraded', 'How many things do not work at present'),
    state: new Gauge({
      name: 'drover_service_state',
      help: '1 for the state that the service is in, else 0',
      labelNames: ['service', 'group', 'state'] as const,
      registers,
    }),
    wanted: perService('wanted', 'Whether the service is wanted'),
    ready: perService('ready', 'Whether the service is ready'),
    healthy: perService('healthy', 'Whether the service is healthy'),
    startedAt: perService('start_time_seconds', 'When it was started, since 1970'),
    treeCpu: perService('cpu_seconds', 'CPU time of the living processes of the tree'),
    treeMemory: perService('resident_memory_bytes', 'Memory of the whole tree'),
    restarts: new Counter({
      name: 'drover_service_restarts_total',
      help: 'Restarts since the daemon began',
      labelNames: ['service'] as const,
      registers,
    }),
    exits: new Counter({
      name: 'drover_service_exits_total',
      help: 'Exits by cause, since the daemon began',
      labelNames: ['service', 'cause'] as const,
      registers,
    }),
    start: seconds('start', 'From starting to running'),
    stop: seconds('stop', 'From stopping to stopped'),
  };
}

function observeDaemon(metrics: Metrics, context: Context): void {
  const { startedAt } = context;
  const { user, system } = process.cpuUsage();
  metrics.info.set({ version }, 1);
  metrics.lag.set(context.lag.ms / 1_000);
  metrics.memory.set(process.memoryUsage.rss());
  metrics.cpu.set((user + system) / 1e6);
  metrics.started.set(startedAt / 1_000);
  metrics.clients.set(context.clients());
  metrics.degraded.set(degradedOf(context, context.host.supervisor.status()).length);
}

function observeServices(metrics: Metrics, { host, usage }: Context): void {
  const gauges = [metrics.state, metrics.wanted, metrics.ready, metrics.healthy];
  // Else a service that was removed would be shown for ever.
  for (const gauge of [...gauges, metrics.startedAt, metrics.treeCpu, metrics.treeMemory]) {
    gauge.reset();
  }
  for (const status of host.supervisor.status().services) {
    const labels = { service: status.name, group: status.group };
    for (const state of statusWord.options) {
      metrics.state.set({ ...labels, state }, status.state === state ? 1 : 0);
    }
    metrics.wanted.set(labels, status.desired === 'up' ? 1 : 0);
    metrics.ready.set(labels, status.ready ? 1 : 0);
    metrics.healthy.set(labels, status.healthy ? 1 : 0);
    if (status.startedAt !== null) metrics.startedAt.set(labels, status.startedAt / 1_000);
    const used = usage.of(status.name);
    if (used === null) continue;
    metrics.treeCpu.set(labels, used.cpuMs / 1_000);
    metrics.treeMemory.set(labels, used.rss);
  }
}

function observeHistory(metrics: Metrics, { tally, host }: Context): void {
  metrics.restarts.reset();
  metrics.exits.reset();
  for (const { name } of host.supervisor.status().services) {
    metrics.restarts.inc({ service: name }, tally.restarts.get(name) ?? 0);
    for (const [cause, count] of tally.exits.get(name) ?? []) {
      metrics.exits.inc({ service: name, cause }, count);
    }
  }
  for (const { service, kind, seconds } of tally.takeSpans()) {
    metrics[kind].observe({ service }, seconds);
  }
}
