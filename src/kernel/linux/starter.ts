/**
 * Asks the OS to start a program as a child of this very process.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { clock } from './clock.ts';
import { foreignDescriptors, launch } from './launch.ts';
import type { Launched, LaunchListener, LaunchPlan } from './launch-plan.ts';
import { canLaunch, type Launcher } from './launcher.ts';

/** As a launch's own listener, and told of the start, at once or later. */
export interface StartListener extends LaunchListener {
  started(launched: Launched): void;
}

/** Who forks: this process, or the launcher for it. */
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

/** `auto`: by the launcher from the moment on in which a fork of ours has become slow. */
export type LauncherUse = 'auto' | 'always' | 'never';

/** Forks take 0.04 ms for each MB that we use. */
const slowBytes = 200 * 1_048_576;

/** Starts through the launcher where that is of use, and by itself elsewhere. */
export function createStarter(use: LauncherUse, launcher: Launcher) {
  const isLarge = createSizeJudge();
  const isUseful = () =>
    use === 'always' || (use === 'auto' && (launcher.isRunning() || isLarge()));
  const sparesUs = () => isUseful() && canLaunch();
  const start: Starter['start'] = (plan, listener) =>
    (sparesUs() ? launcher : directStarter).start(plan, listener);
  return { start, sparesUs };
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
