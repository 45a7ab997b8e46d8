/**
 * What must hold after every event, whatever happened. Each promise is looked at
 * when something came in that could break it: a spawn, a signal, news of a service.
 */
import type { News, ServiceView, View } from '../../src/machines/protocol.ts';
import type { GroupSpec, Name, ServiceSpec, Status } from '../../src/machines/vocabulary.ts';
import { servicesOf } from '../support/world.ts';
import type { Run } from './run.ts';
import { requirementsOf } from './topology.ts';

const down: ReadonlySet<Status> = new Set(['stopped', 'crashed', 'backoff', 'completed', 'failed']);

/** What is remembered of one service, to judge what it does next by. */
interface Past {
  /** Its last crash: when, and from when on it may be started again by itself. */
  crash: { readonly at: number; mayStartAt: number } | null;
  /** When its supervisor had it restarted, since somebody last asked for it. */
  restarts: number[];
  /** When it, or what is left of it, was last asked nicely to leave. */
  askedAt: number | null;
  /** Somebody said that it need not be asked. */
  condemned: boolean;
  deadSince: number | null;
  changedAt: number;
}

/** A running process that died is noticed this soon: one tick of the slow poll, and a little. */
const noticedWithinMs = 2_000;

export class Promises {
  readonly #run: Run;
  readonly #pasts = new Map<Name, Past>();
  readonly #specs = new Map<Name, ServiceSpec>();
  readonly #byLifeline = new Map<string, Name>();
  /** When something was last given up. */
  #gaveUpAt = -1;
  #spawns = 0;
  #signals = 0;
  /** Everything is being stopped, and was from this time on. */
  deadlineAt: number | null = null;
  readonly pinned = new Set<Name>();

  constructor(run: Run) {
    this.#run = run;
    run.observe = (news) => this.#hear(news);
    this.know(run.services);
  }

  know(services: readonly ServiceSpec[]): void {
    for (const spec of services) {
      this.#specs.set(spec.name, spec);
      this.#byLifeline.set(spec.lifeline, spec.name);
    }
  }

  /** Somebody asked for these: what they did before is forgiven, and so is a group that gave up. */
  forgive(names: readonly Name[]): void {
    for (const name of names) Object.assign(this.#past(name), { crash: null, restarts: [] });
    for (const view of this.#run.views.values()) {
      if (view.kind !== 'group' || !down.has(view.status) || view.status === 'stopped') continue;
      const inside = this.#namesIn(view.name);
      if (!inside.some((name) => names.includes(name))) continue;
      for (const name of inside) Object.assign(this.#past(name), { crash: null, restarts: [] });
    }
  }

  /** A new manager knows how often, but no longer when: it may start again what was to wait. */
  forgetDelays(): void {
    this.#forgetDelaysOf(this.#pasts.keys());
  }

  #forgetDelaysOf(names: Iterable<Name>): void {
    for (const name of names) this.#past(name).crash = null;
  }

  condemn(names: readonly Name[]): void {
    for (const name of names) this.#past(name).condemned = true;
  }

  /** A new boot: nothing of before is alive, and no time of before means anything. */
  forgetBoot(): void {
    this.#pasts.clear();
    this.deadlineAt = null;
  }

  /** After every event. */
  check(): void {
    const { kernel, defect } = this.#run;
    if (defect !== null) throw defect;
    if (kernel.violations.length > 0) this.#broken('S2', 'signalled a stranger', kernel.violations);
    const { spawns, signals } = kernel.history;
    while (this.#spawns < spawns.length) this.#checkSpawn(spawns[this.#spawns++]);
    while (this.#signals < signals.length) this.#checkSignal(signals[this.#signals++]);
  }

  /** Every now and then: what takes time to become wrong, and what is costly to look at. */
  checkAll(): void {
    for (const view of this.#run.views.values()) {
      if (view.kind === 'service') this.#checkRunning(view);
    }
    checkActors(this.#run, (promise, text) => this.#broken(promise, text));
  }

  #checkSpawn(spawn: Run['kernel']['history']['spawns'][number] | undefined): void {
    const name = spawn?.lifeline ? this.#byLifeline.get(spawn.lifeline) : undefined;
    if (spawn === undefined || name === undefined || spawn.identity === null) return;
    if (spawn.kind === 'command') return;
    const alive = this.#run.kernel.alive(spawn.lifeline as string);
    if (new Set(alive.map((one) => one.spawn)).size > 1) {
      this.#broken('S1', `two generations of ${name}`, alive);
    }
    Object.assign(this.#past(name), { askedAt: null });
  }

  #checkSignal(signal: Run['kernel']['history']['signals'][number] | undefined): void {
    const name = signal?.lifeline ? this.#byLifeline.get(signal.lifeline) : undefined;
    if (signal === undefined || name === undefined || signal.by === null) return;
    const past = this.#past(name);
    const { stop } = this.#specs.get(name) as ServiceSpec;
    if (signal.signal === 'SIGTERM' || signal.signal === 'SIGQUIT') past.askedAt ??= signal.at;
    if (signal.signal !== 'SIGKILL' || past.condemned || this.#isOverdue(signal.at)) return;
    const waits = stop.steps.map(({ waitMs }) => waitMs);
    const patience = stop.waitReadyMs > 0 ? 0 : Math.min(stop.sweepMs, ...waits);
    if (stop.waitReadyMs > 0) return;
    if (past.askedAt === null || signal.at - past.askedAt < patience) {
      this.#broken('S6', `${name} was killed at ${signal.at}, asked at ${past.askedAt}`);
    }
  }

  /** A group that comes back brings its members back, whatever became of them. */
  #forgiveGroup(name: Name): void {
    for (const inner of this.#namesIn(name)) {
      Object.assign(this.#past(inner), { crash: null, restarts: [] });
    }
  }

  #namesIn(name: Name): readonly Name[] {
    const inside = groupNamed(this.#run.spec, name);
    return inside === null ? [] : servicesOf(inside).map((spec) => spec.name);
  }

  #isOverdue(at: number): boolean {
    return this.deadlineAt !== null && at >= this.deadlineAt;
  }

  #hear(news: News): void {
    if (news.type === 'seen') this.#see(news.view, news.last);
    if (news.type !== 'judged') return;
    if (news.verdict.kind === 'giveUp') this.#gaveUpAt = this.#run.kernel.clock.elapsed();
    const spec = this.#specs.get(news.name);
    const past = this.#past(news.name);
    if (spec === undefined && news.verdict.kind === 'restart') this.#forgiveGroup(news.name);
    if (spec === undefined || news.verdict.kind !== 'restart' || past.crash === null) return;
    const { at } = past.crash;
    const least = Math.floor(spec.restart.delayMs * (1 - spec.restart.jitter));
    if (news.verdict.delayMs < least) this.#broken('S8', `${news.name} is hurried`);
    past.crash.mayStartAt = at + news.verdict.delayMs;
    past.restarts = [...past.restarts.filter((time) => time > at - spec.restart.periodMs), at];
    if (past.restarts.length > spec.restart.intensity) {
      this.#broken('S7', `${news.name} was restarted ${past.restarts.length} times`);
    }
  }

  #see(view: View, last: View): void {
    if (view.status === last.status) return;
    if (view.kind === 'group') {
      // What stops as a whole comes back as a whole, whoever in it was waiting.
      if (down.has(view.status)) this.#forgetDelaysOf(this.#namesIn(view.name));
      return;
    }
    const past = this.#past(view.name);
    past.changedAt = this.#run.kernel.clock.elapsed();
    // Stopped with what it needs, it comes back with that, and not at a time of its own.
    if (view.status === 'stopped' && this.#isCutOff(view.name)) past.crash = null;
    if (view.status === 'stuck') this.#checkStuck(view);
    if (down.has(view.status)) this.#checkDown(view, past);
    if (view.status === 'crashed') {
      past.crash = { at: view.endedAt ?? 0, mayStartAt: Number.POSITIVE_INFINITY };
    }
    if (view.status === 'starting' && last.status !== 'adopting') this.#checkStart(view, past);
    if (view.state === 'stopping.asking' && view.failure === null) this.#checkStop(view, last);
  }

  #checkDown(view: ServiceView, past: Past): void {
    const { lifeline } = this.#specs.get(view.name) as ServiceSpec;
    const alive = this.#run.kernel.alive(lifeline);
    if (alive.length > 0) this.#broken('S4', `${view.name} is ${view.status} and alive`, alive);
    past.condemned = false;
    past.askedAt = null;
  }

  /** Only one that hangs in the kernel, or that we may not signal, cannot be ended. */
  #checkStuck({ name, note }: ServiceView): void {
    const { lifeline } = this.#specs.get(name) as ServiceSpec;
    const alive = this.#run.kernel.alive(lifeline);
    // The end of an adopted one may not have been noticed yet.
    if (alive.length === 0 || note !== null || alive.some(({ state }) => state === 'D')) return;
    this.#broken('L1', `${name} is called stuck, and could be ended`, alive);
  }

  #checkStart(view: ServiceView, past: Past): void {
    const now = this.#run.manager.clock.now();
    const { crash } = past;
    past.crash = null;
    if (this.#run.wishes.get(view.name) === 'down') {
      this.#broken('S9', `${view.name} was started unasked`);
    }
    if (crash !== null && now < crash.mayStartAt) {
      this.#broken('S8', `${view.name} crashed at ${crash.at} and was started at ${now}`);
    }
    const spec = this.#specs.get(view.name) as ServiceSpec;
    for (const { name, condition } of spec.dependsOn) {
      const other = this.#run.view(name);
      if (other === null || meets(other, condition)) continue;
      // A start that is on its way is not called back by what happens in that very moment.
      if (this.#past(name).changedAt === this.#run.kernel.clock.elapsed()) continue;
      this.#broken('S10', `${view.name} starts while ${name} is ${other.state}, not ${condition}`);
    }
  }

  /** Whatever stood on it, and is to go as well, has gone. */
  #checkStop(view: ServiceView, last: View): void {
    const { wishes } = this.#run;
    if (last.status !== 'running' || wishes.get(view.name) !== 'down') return;
    if (this.#isFalling(view.name)) return;
    for (const { name, dependsOn } of this.#specs.values()) {
      if (!dependsOn.some((need) => need.name === view.name)) continue;
      const status = this.#run.view(name)?.status ?? 'stopped';
      if (down.has(status) || status === 'stuck') continue;
      this.#broken('S10', `${view.name} is stopped before ${name}, which is ${status}`);
    }
  }

  #isCutOff(name: Name): boolean {
    const { wishes, services } = this.#run;
    return requirementsOf(services, [name]).some((one) => wishes.get(one) === 'down');
  }

  /** A group that gives up goes down at once, as a crash does, whoever stands on it. */
  #isFalling(name: Name): boolean {
    if (this.#gaveUpAt === this.#run.kernel.clock.elapsed()) return true;
    const groups = [...this.#run.views.values()].filter(({ kind }) => kind === 'group');
    return groups.some((view) => view.failure !== null && this.#namesIn(view.name).includes(name));
  }

  #checkRunning({ name, state, process }: ServiceView): void {
    const past = this.#past(name);
    const now = this.#run.kernel.clock.elapsed();
    const isWell =
      !state.startsWith('running') ||
      state === 'running.relocating' ||
      (process !== null && this.#run.kernel.isAlive(process)) ||
      !this.#run.isManaged;
    past.deadSince = isWell ? null : (past.deadSince ?? now);
    if (past.deadSince !== null && now - past.deadSince > noticedWithinMs) {
      this.#broken('S5', `${name} is ${state}, and was dead at ${past.deadSince}`);
    }
  }

  #past(name: Name): Past {
    const past = this.#pasts.get(name) ?? {
      ...{
        crash: null,
        restarts: [],
        askedAt: null,
        condemned: false,
        deadSince: null,
        changedAt: 0,
      },
    };
    this.#pasts.set(name, past);
    return past;
  }

  #broken(promise: string, text: string, evidence?: unknown): never {
    const at = this.#run.kernel.clock.elapsed();
    const shown = evidence === undefined ? '' : `: ${JSON.stringify(evidence)}`;
    throw new BrokenPromise(promise, `${promise} at ${at} ms: ${text}${shown}`);
  }
}

/** Which promise, so that a test of mutants can say how each was caught. */
export class BrokenPromise extends Error {
  readonly promise: string;

  constructor(promise: string, message: string) {
    super(message);
    this.promise = promise;
  }
}

function groupNamed(group: GroupSpec, name: Name): GroupSpec | null {
  if (group.name === name) return group;
  for (const { spec } of group.children) {
    const found = spec.kind === 'group' ? groupNamed(spec, name) : null;
    if (found !== null) return found;
  }
  return null;
}

function meets({ status, process, healthy }: ServiceView, condition: string): boolean {
  if (status === 'completed') return true;
  if (condition === 'started')
    return status === 'running' || (status === 'starting' && process !== null);
  return condition === 'healthy'
    ? status === 'running' && healthy
    : condition === 'ready' && status === 'running';
}

interface AnySnapshot {
  readonly value: unknown;
  readonly tags: ReadonlySet<string>;
  readonly children: Readonly<Record<string, { getSnapshot(): AnySnapshot } | undefined>>;
}

/** Exactly one tag in each state, and no actor beside the state that it belongs to. */
function checkActors(run: Run, broken: (promise: string, text: string) => never): void {
  const look = (name: string, { value, tags, children }: AnySnapshot): void => {
    if (tags.size !== 1) broken('tags', `${name} has the tags ${[...tags].join()}`);
    const state = JSON.stringify(value);
    for (const [id, child] of Object.entries(children)) {
      const belongs = homes[id];
      if (child === undefined) continue;
      if (belongs === undefined) look(id, child.getSnapshot());
      else if (!belongs.test(state)) broken('actors', `${name} has a ${id} in ${state}`);
    }
  };
  if (run.isManaged) look('root', run.root.getSnapshot() as unknown as AnySnapshot);
}

const homes: Readonly<Record<string, RegExp>> = {
  process: /alive/,
  adoption: /adopting/,
  prepare: /preparing/,
  pidFile: /awaitingPid|relocating/,
  readiness: /probing|holdingStop/,
  health: /running/,
  reload: /reloading/,
};
