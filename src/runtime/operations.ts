/**
 * Commands that wait for what becomes of them. Each waits for a set of services;
 * after every step of the tree those that changed are judged, and nobody else.
 * Every operation settles exactly once.
 */
import type { Cancel, Clock } from '../kernel/port.ts';
import type { Name } from '../machines/vocabulary.ts';
import { SupervisorError } from '../services/errors.ts';
import { duration } from './wording.ts';

export type Verdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: SupervisorError };

export const pending: Verdict = { kind: 'pending' };
export const done: Verdict = { kind: 'done' };

export const failed = (code: string, message: string, hint: string | null = null): Verdict => ({
  kind: 'failed',
  error: new SupervisorError(code, message, hint),
});

export interface Work {
  /** For the message of a time-out: `start nginx`. */
  readonly title: string;
  readonly names: readonly Name[];
  readonly judge: (name: Name) => Verdict;
  readonly timeoutMs: number | undefined;
}

interface Operation extends Work {
  readonly left: Set<Name>;
  readonly errors: SupervisorError[];
  settle(error: SupervisorError | null): void;
}

export class Operations {
  readonly #clock: Clock;
  readonly #hold: () => Cancel;
  readonly #beforeSettling: () => void;
  readonly #waiting = new Map<Name, Set<Operation>>();
  readonly #all = new Set<Operation>();
  readonly #changed = new Set<Name>();

  /** `hold` keeps the host alive while anybody waits. */
  constructor(clock: Clock, hold: () => Cancel, beforeSettling: () => void = () => {}) {
    this.#clock = clock;
    this.#hold = hold;
    this.#beforeSettling = beforeSettling;
  }

  get count(): number {
    return this.#all.size;
  }

  /** Resolves when all are done; rejects when the last is settled and any has failed. */
  wait(work: Work): Promise<void> {
    return new Promise((resolve, reject) => {
      const release = this.#hold();
      const timer =
        work.timeoutMs === undefined
          ? null
          : this.#clock.setTimeout(() => operation.settle(timedOut(operation)), work.timeoutMs);
      const operation: Operation = {
        ...work,
        left: new Set(work.names),
        errors: [],
        settle: (error) => {
          if (!this.#all.delete(operation)) return;
          this.#beforeSettling();
          for (const name of operation.left) this.#unlist(name, operation);
          if (timer !== null) this.#clock.clearTimeout(timer);
          release();
          if (error === null) resolve();
          else reject(error);
        },
      };
      this.#all.add(operation);
      for (const name of work.names) this.#list(name, operation);
      for (const name of work.names) this.#judge(operation, name);
      this.#conclude(operation);
    });
  }

  /** Something is new about it; it is judged when the step is over. */
  touch(name: Name): void {
    if (this.#waiting.size > 0) this.#changed.add(name);
  }

  touchAll(): void {
    for (const name of this.#waiting.keys()) this.#changed.add(name);
  }

  /** The step is over. */
  flush(): void {
    if (this.#changed.size === 0) return;
    const changed = [...this.#changed];
    this.#changed.clear();
    const touched = new Set<Operation>();
    for (const name of changed) {
      for (const operation of [...(this.#waiting.get(name) ?? [])]) {
        this.#judge(operation, name);
        touched.add(operation);
      }
    }
    for (const operation of touched) this.#conclude(operation);
  }

  /** Nobody will learn any more what becomes of it. */
  abandon(error: SupervisorError): void {
    for (const operation of [...this.#all]) operation.settle(error);
  }

  #judge(operation: Operation, name: Name): void {
    if (!operation.left.has(name)) return;
    const verdict = operation.judge(name);
    if (verdict.kind === 'pending') return;
    operation.left.delete(name);
    this.#unlist(name, operation);
    if (verdict.kind === 'failed') operation.errors.push(verdict.error);
  }

  /** One failure does not end the wait for the others, so that all reasons are told at once. */
  #conclude(operation: Operation): void {
    if (operation.left.size > 0) return;
    operation.settle(summary(operation.errors));
  }

  #list(name: Name, operation: Operation): void {
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(operation));
  }

  #unlist(name: Name, operation: Operation): void {
    const waiting = this.#waiting.get(name);
    waiting?.delete(operation);
    if (waiting?.size === 0) this.#waiting.delete(name);
  }
}

function summary(errors: readonly SupervisorError[]): SupervisorError | null {
  const [first, ...others] = errors;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  const message = errors.map((error) => error.message).join('\n');
  return new SupervisorError(first.code, message, first.hint);
}

function timedOut({ title, left, timeoutMs }: Operation): SupervisorError {
  const names = [...left];
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return new SupervisorError(
    'timeout',
    `cannot ${title} within ${duration(timeoutMs ?? 0)}: still waiting for ${shown}${more}`,
    'it goes on in the background',
  );
}
