/**
 * Does what a service needs done before it can start: directories, configuration
 * files, an initialised data directory. Step by step, each told by name; what a
 * step was doing when it was cut off is done again from the beginning.
 */
import { type EventObject, fromCallback } from 'xstate';
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { PrepareInput, ServiceFact } from '../machines/protocol.ts';
import type { PrepareStep, ServiceSpec } from '../machines/vocabulary.ts';
import { describeOutcome } from './outcome.ts';
import { prepareLifeline } from './tree.ts';

const socketCheckMs = 1_000;

export const createPrepareActor = (kernel: Kernel) =>
  fromCallback<EventObject, PrepareInput>(({ input, sendBack }) => {
    const preparation = new Preparation(kernel, input.spec, sendBack);
    preparation.next();
    return () => preparation.cancel();
  });

class Preparation {
  readonly #kernel: Kernel;
  readonly #spec: ServiceSpec;
  readonly #tell: (fact: ServiceFact) => void;
  readonly #steps: PrepareStep[];
  #cancel: Cancel = () => {};

  constructor(kernel: Kernel, spec: ServiceSpec, tell: (fact: ServiceFact) => void) {
    this.#kernel = kernel;
    this.#spec = spec;
    this.#tell = tell;
    this.#steps = [...spec.prepare];
  }

  cancel(): void {
    this.#cancel();
  }

  next(): void {
    const step = this.#steps.shift();
    if (step === undefined) return this.#tell({ type: 'prepare.done' });
    try {
      if (step.unlessExists !== null && this.#kernel.files.exists(step.unlessExists)) {
        return this.next();
      }
      this.#tell({ type: 'prepare.began', step: step.name });
      this.#write(step);
      this.#removeStale(step, [...step.removeStale]);
    } catch (error) {
      this.#fail(step, error);
    }
  }

  #write(step: PrepareStep): void {
    const { files } = this.#kernel;
    const { owner } = step;
    for (const { path, mode } of step.directories) files.makeDirectory(path, { mode, owner });
    for (const { path, content, mode, onlyIfMissing } of step.files) {
      if (!onlyIfMissing || !files.exists(path)) files.replace(path, content, { mode, owner });
    }
  }

  /** A socket that somebody answers on is not stale, whoever that is. */
  #removeStale(step: PrepareStep, paths: string[]): void {
    const path = paths.shift();
    if (path === undefined) return this.#run(step);
    if (!this.#kernel.files.exists(path)) return this.#removeStale(step, paths);
    const context = { listenerOf: null, log: null, timeoutMs: socketCheckMs };
    this.#cancel = this.#kernel.check({ kind: 'unix', path }, context, ({ passed }) => {
      if (passed) return this.#fail(step, `another process listens on ${path}`);
      this.#attempt(step, () => {
        this.#kernel.files.remove(path);
        this.#removeStale(step, paths);
      });
    });
  }

  #run(step: PrepareStep): void {
    const { command, staging } = step;
    if (command === null) return this.next();
    const { files } = this.#kernel;
    const lifeline = prepareLifeline(this.#spec);
    if (staging !== null) files.remove(staging.from);
    if (lifeline !== null) this.#kernel.makeLifelines([lifeline]);
    const options = { lifeline, output: null, timeoutMs: step.timeoutMs };
    this.#cancel = this.#kernel.run(command, options, (outcome) => {
      if (outcome.kind !== 'exited' || outcome.exit.code !== 0) {
        return this.#fail(step, describeOutcome(command, outcome));
      }
      this.#attempt(step, () => {
        if (staging !== null) files.rename(staging.from, staging.to);
        this.next();
      });
    });
  }

  #attempt(step: PrepareStep, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(step, error);
    }
  }

  #fail(step: PrepareStep, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const { clock } = this.#kernel;
    this.#tell({
      type: 'prepare.failed',
      step: step.name,
      reason,
      at: clock.now(),
      chance: this.#kernel.random(),
    });
  }
}
