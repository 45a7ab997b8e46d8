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

const scarce = 'the machine that tests run on is not made to run out of resources';
const stuck =
  'on Linux SIGKILL ends whoever can be started in a test; test/real has frozen processes for that';
const refused = 'tests are run by root as well, to whom no signal is refused';
const killed = 'who is killed by one signal dies at once, and nobody can say in which order';

/** Nothing on a real system does these on command. */
export const allowedOfReal: Allowed = {
  ...allowedOfService,
  'service.alive.starting.outOfResources: never entered': scarce,
  'service.alive.starting.launching on process.notSpawned #1 to service.alive.starting.outOfResources: never taken':
    scarce,
  'service.alive.starting.launching on process.notSpawned #1 to service.alive.starting.outOfResources: its guard never said yes':
    scarce,
  'service.alive.starting.outOfResources on stop to service.ended: never taken': scarce,
  'service.alive.starting.outOfResources on kill to service.ended: never taken': scarce,
  'service.alive.starting.outOfResources after spawnRetry to service.alive.starting.launching: never taken':
    scarce,
  'service.alive.stuck: never entered': stuck,
  'service.alive.stopping on process.signalRefused to service.alive.stuck: never taken': refused,
  'service.alive.killing on process.signalRefused to service.alive.stuck: never taken': refused,
  'service.alive.killing after killWait to service.alive.stuck: never taken': stuck,
  'service.alive.stuck on stop to itself: never taken': stuck,
  'service.alive.stuck on process.exited #1 to itself: never taken': stuck,
  'service.alive.stuck on process.exited #2 to service.ended: never taken': stuck,
  'service.alive.stuck after killRetry to service.alive.stuck: never taken': stuck,
  'service.alive.stuck on process.exited #1 to itself: its guard never said yes': stuck,
  'service.alive.stuck on process.exited #1 to itself: its guard never said no': stuck,
  'service.alive.killing on process.exited #1 to itself: never taken': killed,
  'service.alive.killing on process.exited #1 to itself: its guard never said yes': killed,
};
