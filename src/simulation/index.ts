/**
 * The door of `drover/simulation`: an operating system made of a clock, a seed and a
 * script, and whole runs of drover on it under every kind of trouble.
 *
 * @module
 */
export * from '../kernel/simulated/index.ts';
export type { Act, ManagerAct, TimedAct, UserAct, WorldAct } from './acts.ts';
export { goodPrograms, type Programs } from './good-programs.ts';
export type { Broken } from './onlooker.ts';
export { type Rehearsal, type RehearseOptions, rehearse } from './rehearsal.ts';
export type { Mode, Scenario } from './scenario.ts';
export { resimulate, type SimulateOptions, type Simulation, simulate } from './simulate.ts';
export { type Swarm, type Trouble, troubles } from './swarm.ts';
