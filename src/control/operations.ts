/** Commands under way and the last ones that are over, for whoever asks what became of them. */
import { randomBytes } from 'node:crypto';
import { SupervisorError } from '../services/errors.ts';
import { asSupervisorError, errorBody } from './error-status.ts';
import type { Operation } from './protocol.ts';

export interface Result {
  readonly outcomes?: readonly Operation['outcomes'][number][];
  readonly changes?: readonly Operation['changes'][number][];
}

interface Entry {
  operation: Operation;
  readonly over: Promise<void>;
  error: SupervisorError | null;
}

const maxKept = 256;

export class Operations {
  /** In the order of their beginning. */
  readonly #entries = new Map<string, Entry>();
  /** So that an id of an earlier daemon is never taken for one of this. */
  readonly #prefix = randomBytes(4).toString('hex');
  #count = 0;

  get all(): readonly Operation[] {
    return [...this.#entries.values()].map(({ operation }) => operation);
  }

  get running(): number {
    return this.all.filter(({ state }) => state === 'running').length;
  }

  /** `work` begins at once, in the order of the calls. */
  begin(
    { verb, names, by }: { verb: string; names: readonly string[] | null; by: string },
    work: () => Promise<Result>,
  ): string {
    this.#count += 1;
    const id = `${this.#prefix}-${this.#count}`;
    const operation: Operation = {
      ...{ id, verb, by, state: 'running', startedAt: Date.now(), endedAt: null },
      ...{ names: names === null ? null : [...names], outcomes: [], changes: [], error: null },
    };
    const settled = work().then(
      (result) => this.#settle(id, result, null),
      (error: unknown) => this.#settle(id, {}, asSupervisorError(error)),
    );
    this.#entries.set(id, { operation, over: settled, error: null });
    this.#forget();
    return id;
  }

  /** Throws `unknown-operation`. */
  get(id: string): Operation {
    return this.#entry(id).operation;
  }

  /** Resolves when it is over, however it ended. */
  async finished(id: string): Promise<Operation> {
    const entry = this.#entry(id);
    await entry.over;
    return entry.operation;
  }

  /** As `finished`, but rejects when it failed. */
  async outcome(id: string): Promise<Operation> {
    const entry = this.#entry(id);
    await entry.over;
    if (entry.error !== null) throw entry.error;
    return entry.operation;
  }

  #settle(
    id: string,
    { outcomes = [], changes = [] }: Result,
    error: SupervisorError | null,
  ): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.error = error;
    entry.operation = {
      ...entry.operation,
      state: error === null ? 'done' : 'failed',
      endedAt: Date.now(),
      outcomes: [...outcomes],
      changes: [...changes],
      error: error === null ? null : errorBody(error).error,
    };
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new SupervisorError(
      'unknown-operation',
      `there is no operation "${id.slice(0, 64)}"`,
      `the last ${maxKept} are kept, until the daemon ends`,
    );
  }

  /** Those under way are never forgotten. */
  #forget(): void {
    for (const [id, { operation }] of this.#entries) {
      if (this.#entries.size <= maxKept) return;
      if (operation.state !== 'running') this.#entries.delete(id);
    }
  }
}
