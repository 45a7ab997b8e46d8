/** Every effect of the service machine, over one kernel. */
import type { Kernel } from '../kernel/port.ts';
import type { ServiceActors } from '../machines/protocol.ts';
import { createAdoptionActor } from './adoption.ts';
import { createPidFileActor } from './pid-file.ts';
import { createPrepareActor } from './prepare.ts';
import { createProbeActor } from './probe.ts';
import { createProcessActor } from './process.ts';
import { createReloadActor } from './reload.ts';

export function createActors(kernel: Kernel): ServiceActors {
  return {
    process: createProcessActor(kernel),
    adoption: createAdoptionActor(kernel),
    prepare: createPrepareActor(kernel),
    pidFile: createPidFileActor(kernel),
    probe: createProbeActor(kernel),
    reload: createReloadActor(kernel),
  };
}
