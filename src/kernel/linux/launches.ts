/**
 * Keeps what another process was asked to launch, until each of these has ended. It
 * decides what becomes of them when that process ends before they do.
 */
import type { Exits } from './exit-polls.ts';
import { identityOf } from './identity.ts';
import type { LaunchAnswer, Launched, LaunchPlan } from './launch-plan.ts';
import { isHeld } from './lifeline.ts';
import type { Starter, StartListener } from './starter.ts';
import { parseStat } from './stat.ts';

/** The way to a process that launches in our place. */
export interface LaunchChannel {
  send(id: number, plan: LaunchPlan): void;
  close(): void;
}

/** What it came to before it ended. Only what did nothing would do nothing again. */
export type ChannelEnd = 'could not start' | 'did nothing' | 'did its work';

/** `ended` is called at most once, and later than the channel was asked for. */
export interface ChannelListener {
  hear(answer: LaunchAnswer): void;
  ended(end: ChannelEnd): void;
}

/** Starts that process, and opens the way to it. */
export type OpenChannel = (listener: ChannelListener) => LaunchChannel;

/** A starter by way of another process. */
export interface RemoteStarter extends Starter {
  isRunning(): boolean;
  /** Starts the process where it does not run, so that the first launch need not. */
  prepare(): void;
  /** Whether it started and ended before it did any work: then it would do so again. */
  isBroken(): boolean;
  close(): void;
}

/** One program that was asked for; `launched` once it runs. */
interface Launch {
  readonly plan: LaunchPlan;
  readonly listener: StartListener;
  launched: Launched | null;
}

/**
 * `exits` takes over when the process dies: what it has started lives on. `otherwise`
 * starts what it was asked to and has certainly not started.
 */
export function createRemoteStarter(
  openChannel: OpenChannel,
  exits: Exits,
  otherwise: Starter,
): RemoteStarter {
  let launches = new Map<number, Launch>();
  let channel: LaunchChannel | null = null;
  let broken = false;
  let nextId = 1;

  const open = (): LaunchChannel => {
    const own = new Map<number, Launch>();
    launches = own;
    const opened = openChannel({
      hear: (answer) => hear(own, answer),
      ended(end) {
        if (channel === opened) channel = null;
        broken ||= end === 'did nothing';
        const abandoned = [...own.values()];
        own.clear();
        for (const launch of abandoned) abandon(launch, end, exits, otherwise);
      },
    });
    return opened;
  };

  const start = (plan: LaunchPlan, listener: StartListener) => {
    channel ??= open();
    const id = nextId++;
    launches.set(id, { plan, listener, launched: null });
    channel.send(id, plan);
  };

  const prepare = () => {
    channel ??= open();
  };

  const close = () => {
    launches.clear();
    channel?.close();
    channel = null;
  };

  return { start, prepare, close, isRunning: () => channel !== null, isBroken: () => broken };
}

function hear(launches: Map<number, Launch>, answer: LaunchAnswer): void {
  const launch = launches.get(answer.id);
  if (launch === undefined) return;
  if (answer.kind === 'started') launch.launched = answer.launched;
  else launches.delete(answer.id);
  tell(launch.listener, answer);
}

function tell(listener: StartListener, answer: LaunchAnswer): void {
  if (answer.kind === 'started') listener.started(answer.launched);
  else if (answer.kind === 'failed') listener.failed(answer.failure);
  else listener.exited(answer.code, answer.signal, answer.leftNobody);
}

function abandon(launch: Launch, end: ChannelEnd, exits: Exits, otherwise: Starter): void {
  const { plan, listener, launched } = launch;
  if (launched !== null) {
    const stat = parseStat(launched.stat);
    if (stat !== null) exits.watch(identityOf(stat), () => listener.exited(null, null));
  } else if (end !== 'did its work' || isCertainlyNotStarted(plan)) {
    otherwise.start(plan, listener);
  } else {
    const message = 'the launcher has ended';
    listener.failed({ stage: 'spawn', code: 'ELAUNCHER', message });
  }
}

/** Only the lifeline shows that it was not started just before the process died. */
function isCertainlyNotStarted({ lifeline }: LaunchPlan): boolean {
  return lifeline !== null && !isHeld(lifeline.path);
}
