/** The door of `drover/simulation`: an operating system for tests, made of a clock, a seed and a script. */
export type { Disk, Entry, EntryKind } from './disk.ts';
export type { Fault } from './faults.ts';
export { SimulatedKernel } from './kernel.ts';
export type { Manager } from './manager.ts';
export type { Effect } from './manager-life.ts';
export type { LivingProcess, Target } from './oracle.ts';
export type { ProcessState, Role } from './process.ts';
export type { PidSpace } from './process-table.ts';
export type { Daemonisation, PidFileScript, Program, WorkerScript } from './program.ts';
export { createRandom, type Random } from './random.ts';
export type { TimerOwner } from './timer-heap.ts';
export { VirtualClock } from './virtual-clock.ts';
export type {
  ExitRecord,
  RemovalRecord,
  SignalRecord,
  SimulationOptions,
  SpawnRecord,
} from './world.ts';
