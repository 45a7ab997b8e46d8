/** Answers every verb that only asks. None of them changes anything. */
import { serviceMachine } from '../machines/service.ts';
import { supervisorMachine } from '../machines/supervisor.ts';
import type { ServiceStatus, Supervisor } from '../runtime/api.ts';
import { chartOf } from '../runtime/chart.ts';
import { SupervisorError } from '../services/errors.ts';
import { redact, redactDefinition } from '../services/redact.ts';
import {
  daemonInfo,
  healthInfo,
  processViews,
  serviceInfo,
  specsOf,
  statusInfo,
} from './answers.ts';
import type { ArgumentsOf } from './client-types.ts';
import { type Context, expand } from './host.ts';
import type { Description, ResponseOf } from './protocol.ts';
import { type DeepReadonly, defined } from './readonly.ts';
import type { VerbName, verbs } from './verbs.ts';

/** The caller, as far as an answer has to do with it. */
export interface Call {
  /** Aborted when the caller has left. */
  readonly left: AbortSignal;
}

type Answered = {
  [Verb in VerbName]: (typeof verbs)[Verb]['answer'] extends 'stream' ? never : Verb;
}[VerbName];
type Asking = {
  [Verb in Answered]: (typeof verbs)[Verb]['access'] extends 'read' ? Verb : never;
}[Answered];

export type Handler<Verb extends VerbName> = (
  context: Context,
  request: ArgumentsOf<Verb>,
  call: Call,
) => DeepReadonly<ResponseOf<Verb>> | Promise<DeepReadonly<ResponseOf<Verb>>>;

export type Handlers<Verbs extends VerbName> = { readonly [Verb in Verbs]: Handler<Verb> };

const defaultTransitions = 20;

export const questions: Handlers<Asking> = {
  status: (context, { services }) => statusInfo(context, services),
  service: (context, { name }) => serviceInfo(context, name),
  describe,
  why: ({ host }, { name }) => ({ name, why: host.supervisor.why(name) }),
  processes: (context, { name }) => processViews(context, name),
  wait: async (context, { name, for: target = 'ready', timeoutMs }, { left }) => {
    await waitFor(context.host.supervisor, name, target, timeoutMs, left);
    return serviceInfo(context, name);
  },
  history: (context, { since, after, limit, services }) =>
    context.host.supervisor.history(
      defined({
        since,
        limit,
        afterSeq: after,
        services: services === undefined ? undefined : [...expand(context, services)],
      }),
    ),
  config: ({ host }) => ({
    file: host.source.file,
    project: redact(host.supervisor.spec) as Record<string, unknown>,
  }),
  chart: (_, { machine = 'service' }) =>
    chartOf(machine === 'service' ? serviceMachine : supervisorMachine),
  timeline: async (context, { verb = 'down', services }) => {
    const { createTimeline } = await import('./timeline.ts');
    const names = services === undefined ? null : expand(context, services);
    const { supervisor } = context.host;
    return createTimeline({ spec: supervisor.spec, status: supervisor.status(), verb, names });
  },
  operations: ({ operations }) => operations.all,
  operation: ({ operations }, { id, wait }) =>
    wait === true ? operations.finished(id) : operations.get(id),
  daemon: (context) => daemonInfo(context),
  health: (context) => healthInfo(context),
  metrics: async (context) => (await import('./metrics.ts')).renderMetrics(context),
  openapi: (context) => context.openapi(),
  recording: async (context, stretch) => {
    const { recording } = await import('./inspector/of-daemon.ts');
    return { ...(await recording(context, stretch)) };
  },
  plan: async ({ host }, { config }) =>
    host.supervisor.plan(
      await (config === undefined ? host.source.load() : host.source.resolve(config)),
    ),
};

async function describe(
  context: Context,
  { name, transitions = defaultTransitions }: ArgumentsOf<'describe'>,
): Promise<DeepReadonly<Description>> {
  const { supervisor } = context.host;
  const status = await serviceInfo(context, name);
  const spec = specsOf(context).get(name);
  const processes = supervisor.processes(name);
  const main = processes.find(({ identity }) => identity.pid === status.pid);
  return {
    status,
    definition: spec === undefined ? {} : redactDefinition(spec),
    identity: main?.identity ?? null,
    processes: processViews(context, name),
    transitions: supervisor.history({ services: [name], limit: transitions }),
  };
}

type Target = Parameters<Supervisor['waitFor']>[1];

const sliceMs = 30_000;

/** In slices, so that a caller who has left is not waited for until the end of days. */
async function waitFor(
  supervisor: Supervisor,
  name: string,
  target: Target,
  timeoutMs: number | undefined,
  left: AbortSignal,
): Promise<ServiceStatus> {
  const endsAt = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  for (;;) {
    const restMs = Math.max(0, endsAt - performance.now());
    const isLast = restMs <= sliceMs;
    try {
      return await supervisor.waitFor(name, target, {
        timeoutMs: isLast ? Math.ceil(restMs) : sliceMs,
      });
    } catch (error) {
      if (isLast || left.aborted) throw error;
      if (!(error instanceof SupervisorError) || error.code !== 'timeout') throw error;
    }
  }
}
