/** The machine of a service with its real actors, made once and used on one kernel after the other. */
import { createActors } from '../../src/actors/index.ts';
import type { Kernel } from '../../src/kernel/port.ts';
import { serviceMachine } from '../../src/machines/service.ts';
import { guarded } from '../../src/runtime/guarded.ts';
import { createCoverage, instrument } from './instrument.ts';

export class Lab {
  readonly coverage = createCoverage();
  readonly #kernel = Object.create(null) as Kernel;
  readonly #machine = guarded(
    instrument(serviceMachine.provide({ actors: createActors(this.#kernel) }), this.coverage),
  );

  /** Making a machine takes longer than most paths do. One path at a time. */
  machineOn(kernel: Kernel): typeof serviceMachine {
    Object.setPrototypeOf(this.#kernel, kernel);
    return this.#machine;
  }
}
