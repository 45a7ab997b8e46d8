/**
 * Where the service lies while it is experimented on: a supervisor of its own in the
 * scratch directory, and a kernel to look and to signal with. It ends everything.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createKernel } from '../../kernel/index.ts';
import type { Kernel, Tree } from '../../kernel/port.ts';
import type { ProcessIdentity, ServiceSpec } from '../../machines/vocabulary.ts';
import type { ServiceStatus, Supervisor, SupervisorEvent } from '../../runtime/api.ts';
import { createSupervisor } from '../../runtime/create.ts';
import { SupervisorError } from '../../services/errors.ts';
import type { Measured } from './result.ts';
import type { Scratch } from './scratch.ts';

/** How a start went. */
export type Started =
  | { readonly kind: 'ready'; readonly readyMs: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly why: string; readonly afterMs: number }
  | { readonly kind: 'waiting'; readonly why: string; readonly afterMs: number };

export class Bench {
  readonly kernel: Kernel = createKernel();
  readonly measured: Measured = { readyMs: [], stopMs: [], isDeaf: false };
  readonly scratch: Scratch;
  readonly #signal: AbortSignal;
  #supervisor: Supervisor | null = null;

  constructor(scratch: Scratch, signal: AbortSignal) {
    // Else nothing might be left that Node waits for, while a service is waited for.
    this.kernel.hold();
    this.scratch = scratch;
    this.#signal = signal;
  }

  get spec(): ServiceSpec {
    return this.scratch.spec;
  }

  get supervisor(): Supervisor {
    if (this.#supervisor === null) throw new Error('nobody supervises');
    return this.#supervisor;
  }

  get status(): ServiceStatus {
    return this.supervisor.serviceStatus(this.spec.name);
  }

  /** Takes the state directory; adopts what is there. */
  async open(): Promise<void> {
    const options = { by: 'drover certify', logLevel: 'silent' } as const;
    this.#supervisor = await createSupervisor(this.scratch.project, options);
  }

  /** Gives the state directory to somebody else, with nothing left in it. */
  async release(): Promise<void> {
    const supervisor = this.#supervisor;
    this.#supervisor = null;
    await supervisor?.dispose();
  }

  /** It lives on, and nobody manages it. */
  async leave(): Promise<void> {
    const supervisor = this.#supervisor;
    this.#supervisor = null;
    await supervisor?.dispose({ services: 'leave' });
  }

  /** Each event of the service, with the monotonic time. Answers how to stop listening. */
  listen(told: (event: SupervisorEvent, at: number) => void): () => void {
    const listening = this.supervisor.events$.subscribe((event) => {
      if ('service' in event && event.service === this.spec.name) told(event, this.now());
    });
    return () => listening.unsubscribe();
  }

  now(): number {
    return this.kernel.clock.now();
  }

  /** Whether it came to be so in time. Rejects `interrupted`. */
  async until(isSo: () => boolean, withinMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const endsAt = this.now() + withinMs;
    for (;;) {
      this.#signal.throwIfAborted();
      if (isSo()) return true;
      if (this.now() > endsAt) return false;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  /** `withinMs`: then it is told how far it has come. */
  async start(withinMs = Number.POSITIVE_INFINITY): Promise<Started> {
    const { name } = this.spec;
    const needed = this.scratch.project.root.children.map(({ spec }) => spec.name);
    const others = needed.filter((other) => other !== name);
    if (others.length > 0) await this.abortable(this.supervisor.start(others));
    const before = this.now();
    await this.supervisor.start([name], { wait: false });
    let failure: string | null = null;
    // Its supervisor would start it again, and the next failure could be another one.
    const deaf = this.listen((event) => {
      const hasFailed = event.type === 'service.state' && fallen.has(event.to);
      if (hasFailed) queueMicrotask(() => (failure ??= this.supervisor.why(name)));
    });
    const isOver = (): boolean => failure !== null || settled.has(this.status.state);
    const inTime = await this.until(isOver, withinMs).finally(deaf);
    const afterMs = Math.round(this.now() - before);
    const { state, pid, startedAt, readyAt } = this.status;
    if (failure !== null || (inTime && state !== 'running')) {
      return { kind: 'failed', why: failure ?? this.supervisor.why(name), afterMs };
    }
    if (!inTime || pid === null) {
      return { kind: 'waiting', why: this.supervisor.why(name), afterMs };
    }
    const readyMs = Math.max(0, (readyAt ?? 0) - (startedAt ?? 0));
    return { kind: 'ready', readyMs, pid };
  }

  /** Up, whatever came before. */
  async up(): Promise<number> {
    if (this.status.state === 'running' && this.status.pid !== null) return this.status.pid;
    const started = await this.start();
    if (started.kind === 'ready') return started.pid;
    throw new SupervisorError('start-failed', started.why);
  }

  /** Down, by the shortest way; what it depends on stays. */
  async down(): Promise<void> {
    if (this.#supervisor !== null) await this.supervisor.kill([this.spec.name]);
  }

  /** The living main process. */
  main(): ProcessIdentity | null {
    const { pid } = this.status;
    return pid === null ? null : this.kernel.identify(pid);
  }

  tree(main: ProcessIdentity | null): Tree {
    return { lifeline: this.spec.lifeline, main, known: [] };
  }

  /** Ends whatever is left, and the directory. */
  async close(keep: boolean): Promise<void> {
    // Whatever does not end by this is swept below, by its lifeline.
    await this.down().catch(() => {});
    await this.release().catch(() => {});
    const lines = ['.', 'state/run', 'second/run']
      .flatMap((place) => list(join(this.scratch.directory, place)))
      .filter((path) => path.endsWith('.lifeline'));
    for (const lifeline of lines) await this.sweep({ lifeline, main: null, known: [] });
    this.kernel.close();
    if (!keep) rmSync(this.scratch.directory, { recursive: true, force: true });
  }

  /** Kills whoever is left of it. */
  async sweep(tree: Tree): Promise<void> {
    const endsAt = this.now() + sweepMs;
    while (!this.kernel.isEmpty(tree) && this.now() < endsAt) {
      this.kernel.signalTree(tree, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  /** Rejects `interrupted` where that comes first; the work goes on. */
  abortable<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }
}

const lookMs = 4;
const sweepMs = 5_000;

const settled: ReadonlySet<string> = new Set(['running', 'completed', 'failed', 'stuck']);
const fallen: ReadonlySet<string> = new Set(['crashed', 'failed', 'backoff', 'completed']);

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}
