/**
 * Asks a small process to fork in our place. A fork copies the page tables of whoever
 * forks and blocks it all the while: 55 ms in a host of 1.5 GB, 1 ms in the launcher.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { isSea } from 'node:sea';
import type { Exits } from './exits.ts';
import { identityOf } from './identity.ts';
import { launcherSource } from './launch.ts';
import type { LaunchAnswer, Launched, LaunchPlan } from './launch-plan.ts';
import { isHeld } from './lifeline.ts';
import type { Starter, StartListener } from './starter.ts';
import { parseStat } from './stat.ts';

export interface Launcher extends Starter {
  isRunning(): boolean;
  close(): void;
}

/** One program that the launcher was asked for; `launched` once it runs. */
interface Launch {
  readonly plan: LaunchPlan;
  readonly listener: StartListener;
  launched: Launched | null;
  isSecondTry: boolean;
}

/** `exits` takes over when the launcher dies: what it has started lives on. */
export function createLauncher(exits: Exits): Launcher {
  const launches = new Map<number, Launch>();
  let nextId = 1;
  let child: ChildProcess | null = null;

  const abandon = (gone: ChildProcess) => {
    if (child !== gone) return;
    child = null;
    const abandoned = [...launches.values()];
    launches.clear();
    for (const launch of abandoned) {
      if (mayTryAgain(launch)) send({ ...launch, isSecondTry: true });
      else outlive(launch, exits);
    }
  };

  const hear = (answer: LaunchAnswer) => {
    const launch = launches.get(answer.id);
    if (launch === undefined) return;
    if (answer.kind === 'started') launch.launched = answer.launched;
    else launches.delete(answer.id);
    tell(launch.listener, answer);
  };

  const running = () => {
    if (child === null) {
      const started = startLauncher();
      started.on('message', hear);
      // Not at its exit: what it had still to say is read only after that.
      started.on('disconnect', () => abandon(started));
      started.on('error', () => {});
      child = started;
    }
    return child;
  };

  const send = (launch: Launch) => {
    const id = nextId++;
    launches.set(id, launch);
    const launcher = running();
    // It has no channel when it could not be started itself.
    if (launcher.connected) launcher.send({ id, plan: launch.plan }, () => {});
    else process.nextTick(abandon, launcher);
  };

  const start = (plan: LaunchPlan, listener: StartListener) =>
    send({ plan, listener, launched: null, isSecondTry: false });

  const close = () => {
    const gone = child;
    child = null;
    launches.clear();
    if (gone?.connected === true) gone.disconnect();
  };

  return { start, close, isRunning: () => child !== null };
}

/** In a single executable Node would run the host once more, and that again. */
export function canLaunch(): boolean {
  return !isSea();
}

function startLauncher(): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['-e', launcherSource], {
    cwd: '/',
    // In Electron the executable is Node only when told so.
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  child.unref();
  child.channel?.unref();
  return child;
}

function tell(listener: StartListener, answer: LaunchAnswer): void {
  if (answer.kind === 'started') listener.started(answer.launched);
  else if (answer.kind === 'failed') listener.failed(answer.failure);
  else listener.exited(answer.code, answer.signal);
}

/** Only where the lifeline shows that it was not started just before the launcher died. */
function mayTryAgain({ plan, launched, isSecondTry }: Launch): boolean {
  if (launched !== null || isSecondTry || plan.lifeline === null) return false;
  return !isHeld(plan.lifeline.path);
}

function outlive({ listener, launched }: Launch, exits: Exits): void {
  if (launched === null) {
    const message = 'the launcher has ended';
    return listener.failed({ stage: 'spawn', code: 'ELAUNCHER', message });
  }
  const stat = parseStat(launched.stat);
  if (stat !== null) exits.watch(identityOf(stat), () => listener.exited(null, null));
}
