/**
 * Decides who forks: this process, or one of the two small ones that do it for us.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { clock } from './clock.ts';
import type { Exits } from './exit-polls.ts';
import { canFork, isSimple, openForker } from './forker.ts';
import { foreignDescriptors, launch } from './launch.ts';
import type { Launched, LaunchListener, LaunchPlan } from './launch-plan.ts';
import { canLaunch, openLauncher } from './launcher.ts';
import { createRemoteStarter } from './launches.ts';

/** As a launch's own listener, and told of the start, at once or later. */
export interface StartListener extends LaunchListener {
  started(launched: Launched): void;
}

/** Who forks: this process, or another for it. */
export interface Starter {
  start(plan: LaunchPlan, listener: StartListener): void;
}

const tools = { fs, childProcess, os };

/** Looked for once: only what we were started with can be foreign, Node opens nothing so. */
let foreign: readonly number[] | null = null;

export const directStarter: Starter = {
  start(plan, listener) {
    foreign ??= foreignDescriptors(fs);
    const launched = launch(tools, plan, foreign, listener);
    if (launched !== null) listener.started(launched);
  },
};

/**
 * `auto`: by the forker wherever that can do it. What it cannot do is done here, and from
 * the moment on in which a fork of ours has become slow, by the launcher. `always`: by the
 * launcher. `never`: all here.
 */
export type LauncherUse = 'auto' | 'always' | 'never';

/** Forks take 0.04 ms for each MB that we use. */
const slowBytes = 200 * 1_048_576;

/** So many lifelines are worth one slow fork of ours: the launcher would fork for each. */
const manyLifelines = 32;

/** Starts through whoever forks at the least cost, and by itself elsewhere. */
export function createStarter(use: LauncherUse, exits: Exits) {
  const isLarge = createSizeJudge();
  const launcher = createRemoteStarter(openLauncher, exits, directStarter);
  const launches = () =>
    (use === 'always' || (use === 'auto' && (launcher.isRunning() || isLarge()))) &&
    canLaunch() &&
    !launcher.isBroken();
  const byNode: Starter = {
    start: (plan, listener) => (launches() ? launcher : directStarter).start(plan, listener),
  };
  const forker = createRemoteStarter(openForker, exits, byNode);
  const forks = () => use === 'auto' && canFork() && !forker.isBroken();

  return {
    start: (plan: LaunchPlan, listener: StartListener) =>
      (forks() && isSimple(plan) ? forker : byNode).start(plan, listener),

    /** Before there is anything to start: by then the host may be large. */
    prepare() {
      if (forks()) forker.prepare();
    },

    /** mkfifo(1) is a fork as well. Whoever launches makes a lifeline that is missing. */
    makesLifelines: (count: number) =>
      forks() || (isLarge() && launches() && count < manyLifelines),

    close() {
      forker.close();
      launcher.close();
    },
  };
}

/** The question reads a file of /proc, and a storm of restarts would ask it at each start. */
const askEveryMs = 100;

function createSizeJudge(): () => boolean {
  let askedAt = Number.NEGATIVE_INFINITY;
  let isLarge = false;
  return () => {
    const now = clock.now();
    if (now - askedAt >= askEveryMs) {
      askedAt = now;
      isLarge = process.memoryUsage.rss() > slowBytes;
    }
    return isLarge;
  };
}
