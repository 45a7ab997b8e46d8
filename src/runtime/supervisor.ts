/**
 * The facade: what an embedder calls and what it gets back. It records wishes,
 * sends commands to the root of the tree and waits for what becomes of them; every
 * decision is the machines'.
 */
import type { Observable } from 'rxjs';
import type { Cancel, Kernel, ProcessInfo, Tree, TreeUsage } from '../kernel/port.ts';
import type { News, View } from '../machines/protocol.ts';
import type { GroupSpec, Name, ProjectSpec, Signal } from '../machines/vocabulary.ts';
import { SupervisorError } from '../services/errors.ts';
import type {
  Change,
  LogLine,
  LogOptions,
  Outcome,
  ServiceStatus,
  StartOptions,
  StopOptions,
  Supervisor,
  SupervisorEvent,
  SupervisorOptions,
  SupervisorStatus,
  WaitTarget,
} from './api.ts';
import { planChanges, withoutMoved } from './changes.ts';
import type { Chronicle } from './chronicle.ts';
import {
  type Judge,
  judgeReload,
  judgeRestart,
  judgeStart,
  judgeStop,
  judgeStopOfSome,
  judgeTarget,
  mustNotBeHeld,
} from './judges.ts';
import type { Logs } from './logs.ts';
import { Operations } from './operations.ts';
import type { Entry, Registry } from './registry.ts';
import { makeLifelines } from './state-dir.ts';
import { groupStatuses, serviceStatus } from './status.ts';
import { createTree, type Root } from './tree.ts';
import { explain } from './why.ts';
import { readyMessage, stopMessage } from './wording.ts';

export interface Parts {
  readonly kernel: Kernel;
  readonly spec: ProjectSpec;
  /** The tree to begin with: that of the spec, and what an earlier one left behind. */
  readonly root: GroupSpec;
  readonly registry: Registry;
  readonly chronicle: Chronicle;
  readonly logs: Logs;
  readonly options: SupervisorOptions;
  /** Gives the state directory back. */
  readonly release: Cancel;
}

export class RunningSupervisor implements Supervisor {
  #spec: ProjectSpec;
  readonly actor: Root;
  readonly #parts: Parts;
  readonly #operations: Operations;
  #hold: Cancel | null = null;
  /** A changed configuration that waits until what it does not define any more is gone. */
  #leaving: Promise<unknown> | null = null;
  #disposed: Promise<readonly Outcome[]> | null = null;

  constructor(parts: Parts) {
    const { kernel, spec, root, options, chronicle, registry } = parts;
    this.#parts = parts;
    this.#spec = spec;
    this.#operations = new Operations(
      kernel.clock,
      () => kernel.hold(),
      // Whoever is answered can look at what happened.
      () => chronicle.commit(),
    );
    this.actor = createTree(kernel, {
      spec: root,
      memory: chronicle.memory,
      deadlineMs: spec.shutdownTimeoutMs,
      report: (news) => this.#hear(news),
      broken: (error) => chronicle.defect(spec.root.name, error),
      ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
    });
    registry.attach(this.actor);
    this.actor.subscribe({ next: () => this.#stepIsOver(), error: () => {} });
    this.actor.start();
    if (root !== spec.root) this.actor.send({ type: 'amend', spec: spec.root });
  }

  get spec(): ProjectSpec {
    return this.#spec;
  }

  get events$(): Observable<SupervisorEvent> {
    return this.#parts.chronicle.events$;
  }

  // -- Commands

  async start(names?: readonly Name[], options: StartOptions = {}): Promise<readonly Outcome[]> {
    this.#mustLive('start');
    const { registry } = this.#parts;
    const named = names === undefined ? this.#autostarted() : registry.expand(names, 'start');
    const all = options.dependencies === false ? named : registry.withDependencies(named);
    this.#wish(all, 'up', options);
    this.actor.send({ type: 'start' });
    // What has done its work does it again only for somebody who names it.
    const asked = new Set(names === undefined ? [] : named);
    const wanted = all.filter((name) => asked.has(name) || !this.#isDone(name));
    this.#ask({ type: 'want', names: wanted });
    const judge = judgeStart(registry, options.dependencies !== false);
    return this.#wait('start', all, judge, options, (name) => this.#started(name));
  }

  async stop(names?: readonly Name[], options: StopOptions = {}): Promise<readonly Outcome[]> {
    this.#mustLive('stop');
    const { registry } = this.#parts;
    const all = names === undefined ? registry.names : registry.expand(names, 'stop');
    const running = all.filter((name) => !isAtRest(registry.entry(name).view));
    this.#wish(all, 'down', options);
    this.#ask({ type: 'unwant', names: all });
    // Only a stop of everything has the one deadline.
    if (names === undefined) this.actor.send({ type: 'stop' });
    const reported = names === undefined ? running : all;
    const judge = names === undefined ? judgeStop(registry) : judgeStopOfSome(registry);
    return this.#wait('stop', reported, judge, options, (name) => this.#stopped(name));
  }

  async restart(names?: readonly Name[], options: StopOptions = {}): Promise<readonly Outcome[]> {
    this.#mustLive('restart');
    const { registry } = this.#parts;
    const all = names === undefined ? this.#autostarted() : registry.expand(names, 'restart');
    const judge = judgeRestart(registry, all);
    const named = new Set(all);
    const wanted = registry.withDependencies(all);
    this.#wish(wanted, 'up', options);
    this.actor.send({ type: 'start' });
    const needs = wanted.filter((name) => !named.has(name) && !this.#isDone(name));
    this.#ask({ type: 'recycle', names: all, needs });
    return this.#wait('restart', all, judge, options, (name) => this.#started(name));
  }

  async reload(names: readonly Name[], options: StopOptions = {}): Promise<readonly Outcome[]> {
    this.#mustLive('reload');
    const { registry } = this.#parts;
    const all = registry.expand(names, 'reload');
    for (const name of all) {
      const { spec, view } = registry.entry(name);
      if (view?.status !== 'running') throw notRunning('reload', name);
      if (spec.reload === null) {
        throw new SupervisorError(
          'not-reloadable',
          `cannot reload "${name}": its definition says no way to`,
          'restart it, or define reload_signal or reload',
        );
      }
    }
    this.actor.send({ type: 'reload', names: all });
    return this.#wait('reload', all, judgeReload(registry), options, () => 'reloaded');
  }

  async kill(names: readonly Name[], options: StopOptions = {}): Promise<readonly Outcome[]> {
    this.#mustLive('kill');
    const { registry } = this.#parts;
    const all = registry.expand(names, 'kill');
    this.#wish(all, 'down', options);
    this.#ask({ type: 'destroy', names: all });
    return this.#wait('kill', all, judgeStop(registry), options, (name) => this.#stopped(name));
  }

  signal(name: Name, signal: Signal): void {
    this.#mustLive('signal');
    const { view } = this.#parts.registry.entry(name, 'signal');
    if (view?.process == null) throw notRunning('signal', name);
    this.actor.send({ type: 'signal', names: [name], signal });
  }

  reset(names: readonly Name[]): void {
    this.#mustLive('reset');
    const { registry } = this.#parts;
    const all = registry.expand(names, 'reset');
    const wanted = all.filter((name) => registry.entry(name).notes.wish?.wish === 'up');
    for (const name of all) {
      const { notes } = registry.entry(name);
      notes.restarts = 0;
      notes.verdict = null;
    }
    this.#ask({ type: 'want', names: wanted });
  }

  pin(names: readonly Name[], pinned: boolean): void {
    this.#mustLive('pin');
    this.actor.send({ type: 'pin', names: this.#parts.registry.expand(names, 'pin'), pinned });
  }

  // -- Questions

  status(): SupervisorStatus {
    const { kernel, registry, chronicle, logs } = this.#parts;
    return {
      project: this.#spec.name,
      stateDir: this.#spec.stateDir,
      managerPid: process.pid,
      degraded: [...chronicle.degraded, ...logs.degraded],
      services: registry.names.map((name) => serviceStatus(kernel, registry, name)),
      groups: groupStatuses(registry),
    };
  }

  serviceStatus(name: Name): ServiceStatus {
    return serviceStatus(this.#parts.kernel, this.#parts.registry, name);
  }

  why(name: Name): string {
    return explain(this.#parts.registry, name, { now: this.#parts.kernel.clock.now() });
  }

  processes(name: Name): readonly ProcessInfo[] {
    return this.#parts.kernel.describe(treeOf(this.#parts.registry.entry(name)));
  }

  usage(): Promise<ReadonlyMap<Name, TreeUsage>> {
    const { kernel, registry } = this.#parts;
    const running = registry.entries().filter(({ view }) => view?.process != null);
    return new Promise((resolve) => {
      kernel.usage(running.map(treeOf), (usages) => {
        const names = running.map(({ spec }) => spec.name);
        resolve(new Map(usages?.map((usage, i) => [names[i] ?? '', usage])));
      });
    });
  }

  async waitFor(
    name: Name,
    target: WaitTarget,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<ServiceStatus> {
    const { registry } = this.#parts;
    registry.entry(name, 'wait for');
    await this.#wait('wait for', [name], judgeTarget(registry, target), options, () => target);
    return this.serviceStatus(name);
  }

  history(options: Parameters<Supervisor['history']>[0] = {}): readonly SupervisorEvent[] {
    return this.#parts.chronicle.history(options);
  }

  logs(names?: readonly Name[], options: LogOptions = {}): Observable<LogLine> {
    const { registry, logs } = this.#parts;
    const all = names === undefined ? registry.names : registry.expand(names, 'show logs of');
    return logs.lines(
      all.map((name) => registry.entry(name).spec),
      options,
    );
  }

  // -- A changed configuration

  plan(next: ProjectSpec): readonly Change[] {
    return planChanges(this.#parts.registry, next);
  }

  async apply(next: ProjectSpec, options: StopOptions = {}): Promise<readonly Change[]> {
    // One that came before still waits for what leaves: it must not have the last word, and is
    // answered itself.
    while (this.#leaving !== null) await this.#leaving.catch(() => {});
    this.#mustLive('apply');
    const { registry, logs, kernel } = this.#parts;
    if (next.stateDir !== this.#spec.stateDir) {
      throw new SupervisorError(
        'state-dir-changed',
        `cannot apply: the state directory would change from ${this.#spec.stateDir} to ${next.stateDir}`,
        'stop everything, and start anew',
      );
    }
    const changes = planChanges(registry, next);
    // A service that changes its group must be gone there before it is here.
    const between = withoutMoved(this.#spec.root, next.root);
    const leaving = registry.names.filter((name) => !between.names.has(name));
    const moved = leaving.filter((name) => registry.entry(name).notes.wish?.wish === 'up');
    const restarted = changes.filter(({ kind }) => kind === 'restart').map(({ name }) => name);
    mustNotBeHeld(registry, [...leaving, ...restarted]);
    // Whatever may fail comes first: half a change would be known here and not in the tree.
    makeLifelines(kernel, next);
    if (leaving.length > 0) {
      this.#wish(leaving, 'down', options);
      this.#ask({ type: 'unwant', names: leaving });
      this.#leaving = this.#wait('apply', leaving, judgeStop(registry), {}, () => '');
      try {
        await this.#leaving;
      } finally {
        this.#leaving = null;
      }
      this.actor.send({ type: 'amend', spec: between.spec });
    }
    registry.define(next.root);
    this.#spec = next;
    logs.define(next.root);
    this.actor.send({ type: 'amend', spec: next.root });
    const added = changes.filter(({ kind }) => kind === 'start').map(({ name }) => name);
    const wanted = [...added, ...moved.filter((name) => registry.has(name))];
    if (wanted.length > 0) await this.start(wanted, options);
    if (options.wait !== false && restarted.length > 0) {
      await this.#wait('apply', restarted, judgeStart(registry), options, () => '');
    }
    return changes;
  }

  // -- The end

  dispose(options: { readonly services?: 'stop' | 'leave' } = {}): Promise<readonly Outcome[]> {
    this.#disposed ??= this.#dispose(options.services ?? 'stop');
    return this.#disposed;
  }

  async #dispose(services: 'stop' | 'leave'): Promise<readonly Outcome[]> {
    const { chronicle, logs, kernel, release, options } = this.#parts;
    const stopping = services === 'stop' ? this.#stopForDispose() : Promise.resolve([]);
    try {
      return await stopping;
    } finally {
      this.#operations.abandon(new SupervisorError('disposed', 'the supervisor was disposed of'));
      this.actor.stop();
      chronicle.close(services);
      logs.close();
      this.#hold?.();
      release();
      if (options.kernel === undefined) kernel.close();
    }
  }

  /** What is stuck is told, and is no reason not to end. */
  #stopForDispose(): Promise<readonly Outcome[]> {
    const { registry } = this.#parts;
    const running = registry.names.filter((name) => !isAtRest(registry.entry(name).view));
    this.#wish(registry.names, 'down', {});
    this.actor.send({ type: 'unwant', names: registry.names });
    this.actor.send({ type: 'stop' });
    return this.#wait('stop', running, judgeStop(registry), {}, (name) => this.#stopped(name));
  }

  // -- What the tree tells

  #hear(news: News): void {
    const { registry, chronicle } = this.#parts;
    if (news.type === 'seen') {
      registry.see(news.view);
      this.#operations.touch(news.view.name);
      if (isHopeless(news.view)) this.#operations.touchAll();
    }
    if (news.type === 'removed') {
      registry.forget(news.name);
      this.#operations.touch(news.name);
    }
    chronicle.hear(news);
  }

  #stepIsOver(): void {
    this.#operations.flush();
    if (this.#parts.options.keepAlive !== true) return;
    const isWanted = this.actor.getSnapshot().context.fleet.tally.wanted > 0;
    if (isWanted) this.#hold ??= this.#parts.kernel.hold();
    else {
      this.#hold?.();
      this.#hold = null;
    }
  }

  // -- Waiting

  async #wait(
    verb: string,
    names: readonly Name[],
    judge: Judge,
    options: { readonly timeoutMs?: number; readonly wait?: boolean },
    summary: (name: Name) => string,
  ): Promise<readonly Outcome[]> {
    if (options.wait !== false) {
      const title = `${verb} ${names.length === 1 ? `"${names[0]}"` : `${names.length} services`}`;
      await this.#operations.wait({ title, names, judge, timeoutMs: options.timeoutMs });
    }
    return names
      .filter((name) => this.#parts.registry.has(name))
      .map((name) => this.#outcome(name, summary(name)));
  }

  #outcome(name: Name, summary: string): Outcome {
    const { view } = this.#parts.registry.entry(name);
    return {
      name,
      status: view?.status ?? 'adopting',
      summary,
      pid: view?.process?.pid ?? null,
      stop: view?.stop ?? null,
    };
  }

  #started(name: Name): string {
    const { view } = this.#parts.registry.entry(name);
    return view === null ? 'unknown' : readyMessage(view);
  }

  #stopped(name: Name): string {
    return stopMessage(this.#parts.registry.entry(name).view?.stop ?? null);
  }

  /** It has completed, and nobody has stopped it since: a stop may still wait for those that need it. */
  #isDone(name: Name): boolean {
    const { registry } = this.#parts;
    const isWanted = registry.member(name)?.wanted === true;
    return isWanted && registry.entry(name).view?.status === 'completed';
  }

  #autostarted(): readonly Name[] {
    return this.#parts.registry
      .entries()
      .filter(({ spec }) => spec.autostart)
      .map(({ spec }) => spec.name);
  }

  #wish(names: readonly Name[], wish: 'up' | 'down', { by }: { readonly by?: string }): void {
    const { chronicle, options } = this.#parts;
    chronicle.wish(names, wish, by ?? options.by ?? 'embedder');
    // Who waits for one that waits itself hears nothing else of it, for it stays as it is.
    if (wish === 'down') this.#operations.touchAll();
  }

  /** Who waits for one of them may be called off by it, though nothing of the service itself changes. */
  #ask(command: {
    readonly type: 'want' | 'unwant' | 'recycle' | 'destroy';
    readonly names: readonly Name[];
    readonly needs?: readonly Name[];
  }): void {
    for (const name of command.names) this.#operations.touch(name);
    for (const name of command.needs ?? []) this.#operations.touch(name);
    this.actor.send(command);
  }

  #mustLive(verb: string): void {
    if (this.#disposed !== null) {
      throw new SupervisorError('disposed', `cannot ${verb}: the supervisor was disposed of`);
    }
  }
}

function treeOf({ spec, view }: Entry): Tree {
  return { lifeline: spec.lifeline, main: view?.process ?? null, known: [] };
}

function isAtRest(view: View | null): boolean {
  return view === null || ['stopped', 'completed', 'failed'].includes(view.status);
}

/** What others may be waiting for will not come. */
function isHopeless({ status }: View): boolean {
  return status === 'failed' || status === 'stuck';
}

function notRunning(verb: string, name: Name): SupervisorError {
  return new SupervisorError('not-running', `cannot ${verb} "${name}": it is not running`);
}
