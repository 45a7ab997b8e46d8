/**
 * Asks the OS to start a program as a child of this very process.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import {
  foreignDescriptors,
  type Launched,
  type LaunchListener,
  type LaunchPlan,
  launch,
} from './launch.ts';

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
