/** Which kinds of trouble one run knows. Each run knows other ones: a swarm finds more than one bee. */
import type { Dice } from './dice.ts';

export const troubles = [
  /** Programs crash, are deaf, late, or hang. */
  'programs',
  /** Processes are killed, stopped, frozen and silenced from outside. */
  'signals',
  /** Managers crash, at any step, and between any two calls of the kernel. */
  'managers',
  /** Another manager wants the same state directory. */
  'rivals',
  /** The machine is rebooted in order. */
  'reboots',
  /** The power fails: what was not synced may be lost, or torn. */
  'power',
  /** Others start processes, in a small space of numbers. */
  'strangers',
  /** There are no processes or descriptors to be had. */
  'shortage',
  /** The disk is full, or broken. */
  'disk',
  /** PID files are lost, stale, or name others. */
  'pidFiles',
  /** The wall clock is set. */
  'clock',
  /** Somebody pins services. */
  'pins',
  /** The configuration changes. */
  'amends',
  /** Programs close the lifeline they inherited. */
  'drops',
] as const;

export type Trouble = (typeof troubles)[number];
export type Swarm = Readonly<Record<Trouble, boolean>>;

const percent: Readonly<Record<Trouble, number>> = {
  programs: 85,
  signals: 80,
  managers: 50,
  rivals: 25,
  reboots: 20,
  power: 20,
  strangers: 50,
  shortage: 25,
  disk: 30,
  pidFiles: 40,
  clock: 30,
  pins: 20,
  amends: 25,
  drops: 15,
};

/** Of those that are allowed, a choice by chance. */
export function someSwarm(dice: Dice, allowed: readonly Trouble[] = troubles): Swarm {
  const chosen = troubles.map((one) => [one, dice.chance(percent[one]) && allowed.includes(one)]);
  return Object.fromEntries(chosen) as Swarm;
}
