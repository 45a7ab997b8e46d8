/**
 * What no path covers, because nothing in the world causes it. Each with its reason; one
 * that is covered after all has to go from here.
 */
import type { Allowed } from './report.ts';

const launching =
  'a spawn is answered in `launching`, which has its own transition for it and is left only by it';

export const allowedOfService: Allowed = {
  'service.alive on process.spawned to itself: never taken': launching,
  'service.alive on process.notSpawned to service.ended: never taken': launching,
  'service.alive.starting on process.notSpawned to service.ended: never taken': launching,
};

const down = 'a supervisor kills only what is not down, and nobody restarts a root or lets it fail';

export const allowedOfSupervisor: Allowed = {
  'supervisor.crashed on rest to supervisor.held: never taken':
    'a group fails by the number of its restarts and never by an exit, so none of its ends is a success',
  'supervisor.backoff on kill to supervisor.held: never taken': down,
  'supervisor.failed on kill to supervisor.held: never taken': down,
};
