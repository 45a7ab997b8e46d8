/** Does every verb that changes something. Each is an operation, waited for unless asked otherwise. */
import type { Name } from '../machines/vocabulary.ts';
import type { Outcome, Supervisor } from '../runtime/api.ts';
import { SupervisorError } from '../services/errors.ts';
import { type Context, expand } from './host.ts';
import type { Result } from './operations.ts';
import type { Operation, RequestOf } from './protocol.ts';
import type { Handlers } from './questions.ts';
import { defined } from './readonly.ts';
import type { VerbName, verbs } from './verbs.ts';

type Command = {
  [Verb in VerbName]: (typeof verbs)[Verb]['access'] extends 'write' ? Verb : never;
}[VerbName];

interface Asked {
  readonly names?: readonly Name[] | undefined;
  readonly wait?: boolean | undefined;
  readonly timeoutMs?: number | undefined;
  readonly by?: string | undefined;
}

const unnamed = 'client';

export const commands: Handlers<Command> = {
  start: (context, request) =>
    run(context, 'start', request, ({ supervisor, names, options }) =>
      supervisor.start(names, { ...options, ...defined({ dependencies: request.dependencies }) }),
    ),
  stop: (context, request) =>
    run(context, 'stop', request, ({ supervisor, names, options }) =>
      supervisor.stop(names, options),
    ),
  restart: (context, request) =>
    run(context, 'restart', request, ({ supervisor, names, options }) =>
      supervisor.restart(names, options),
    ),
  reload: (context, request) =>
    run(context, 'reload', request, ({ supervisor, options }) =>
      supervisor.reload(request.names, options),
    ),
  kill: (context, request) =>
    run(context, 'kill', request, ({ supervisor, options }) =>
      supervisor.kill(request.names, options),
    ),
  signal: (context, request) =>
    atOnce(context, 'signal', request, (supervisor, names) => {
      // All or none: a name that is wrong or not running must not leave half of it done.
      for (const name of names) mustRun(supervisor, name);
      for (const name of names) supervisor.signal(name, request.signal);
      return `${request.signal} sent`;
    }),
  reset: (context, request) =>
    atOnce(context, 'reset', request, (supervisor) => {
      supervisor.reset(request.names);
      return 'reset';
    }),
  pin: (context, request) =>
    atOnce(context, 'pin', request, (supervisor) => {
      supervisor.pin(request.names, true);
      return 'pinned';
    }),
  unpin: (context, request) =>
    atOnce(context, 'unpin', request, (supervisor) => {
      supervisor.pin(request.names, false);
      return 'unpinned';
    }),
  apply: (context, request) => perform(context, 'apply', request, () => apply(context, request)),
  inspect: async (context, request) => {
    if (request.close !== true) mustServe(context, 'inspect');
    return (await import('./inspector/of-daemon.ts')).inspect(context, request);
  },
  shutdown: (context, request) =>
    perform(context, 'shutdown', request, async () => {
      const services = request.services ?? 'stop';
      return { outcomes: await context.host.shutdown(services, request.by ?? unnamed) };
    }),
};

interface Work {
  readonly supervisor: Supervisor;
  readonly names: readonly Name[] | undefined;
  readonly options: { readonly timeoutMs?: number; readonly by: string };
}

function run(
  context: Context,
  verb: string,
  request: Asked,
  work: (work: Work) => Promise<readonly Outcome[]>,
): Promise<Operation> {
  mustServe(context, verb);
  const options = { by: request.by ?? unnamed, ...defined({ timeoutMs: request.timeoutMs }) };
  const { supervisor } = context.host;
  return perform(context, verb, request, async () => ({
    outcomes: await work({ supervisor, names: request.names, options }),
  }));
}

/** What has no outcome to wait for. */
function atOnce(
  context: Context,
  verb: string,
  request: Asked & { readonly names: readonly Name[] },
  work: (supervisor: Supervisor, names: readonly Name[]) => string,
): Promise<Operation> {
  mustServe(context, verb);
  const { supervisor } = context.host;
  return perform(context, verb, request, async () => {
    const names = [...expand(context, request.names)];
    const summary = work(supervisor, names);
    return { outcomes: names.map((name) => outcomeOf(supervisor, name, summary)) };
  });
}

function perform(
  { operations }: Context,
  verb: string,
  { names, wait, by }: Asked,
  work: () => Promise<Result>,
): Promise<Operation> {
  const id = operations.begin({ verb, names: names ?? null, by: by ?? unnamed }, work);
  return wait === false ? Promise.resolve(operations.get(id)) : operations.outcome(id);
}

/** One after the other, so that of two changes the later one is in force at the end. */
function apply(context: Context, request: RequestOf<'apply'>): Promise<Result> {
  const { host } = context;
  const { config, timeoutMs, by = unnamed } = request;
  const turn = context.applying.then(async (): Promise<Result> => {
    mustServe(context, 'apply');
    const next = await (config === undefined ? host.source.load() : host.source.resolve(config));
    return { changes: await host.supervisor.apply(next, { by, ...defined({ timeoutMs }) }) };
  });
  context.applying = turn.catch(() => {});
  return turn;
}

function outcomeOf(supervisor: Supervisor, name: Name, summary: string): Outcome {
  const { state, pid } = supervisor.serviceStatus(name);
  return { name, status: state, summary, pid, stop: null };
}

function mustRun(supervisor: Supervisor, name: Name): void {
  if (supervisor.serviceStatus(name).pid !== null) return;
  throw new SupervisorError('not-running', `cannot signal "${name}": it is not running`);
}

/** Once everything is being stopped for good, only that may go on, or be sped up. */
function mustServe({ isEnding }: Context, verb: string): void {
  if (!isEnding || verb === 'stop' || verb === 'kill' || verb === 'signal') return;
  throw new SupervisorError('shutting-down', `cannot ${verb}: the daemon is shutting down`);
}
