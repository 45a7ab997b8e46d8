/** What a manager waits for: the end of a lifeline, of a process, a change of a file. */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Cancel } from '../port.ts';
import type { Manager } from './manager.ts';
import type { World } from './world.ts';

/** Looks again when the news arrives: somebody may have taken the lifeline up meanwhile. */
export function watchLifeline(
  world: World,
  manager: Manager,
  lifeline: string,
  ended: () => void,
): Cancel {
  let told: Cancel | null = null;
  const tell = () => {
    told = null;
    if (world.isHeld(lifeline)) return;
    cancel();
    ended();
  };
  const notice = () => {
    told ??= manager.soon(tell);
  };
  const forget = world.lifelineEnds.add(lifeline, notice);
  const cancel = manager.keep(() => {
    forget();
    told?.();
  });
  if (!world.isHeld(lifeline)) notice();
  return cancel;
}

/** Told at the next tick of the manager's slow poll, which costs no timer while nothing happens. */
export function watchDeath(
  world: World,
  manager: Manager,
  identity: ProcessIdentity,
  gone: () => void,
): Cancel {
  let told: Cancel | null = null;
  const tell = () => {
    cancel();
    gone();
  };
  const notice = () => {
    told = manager.after(untilTick(world), tell);
  };
  const process = world.table.find(identity);
  const forget = process === null ? () => {} : world.deaths.add(process, notice);
  const cancel = manager.keep(() => {
    forget();
    told?.();
  });
  if (process === null) notice();
  return cancel;
}

/** Several changes before the watcher gets its turn are one. */
export function watchFile(
  world: World,
  manager: Manager,
  path: string,
  changed: () => void,
): Cancel {
  let told: Cancel | null = null;
  const tell = () => {
    told = null;
    changed();
  };
  const forget = world.disk.changes.add(path, () => {
    told ??= manager.soon(tell);
  });
  return manager.keep(() => {
    forget();
    told?.();
  });
}

function untilTick({ clock, options }: World): number {
  const { exitPollMs } = options;
  return exitPollMs > 0 ? exitPollMs - (clock.elapsed() % exitPollMs) : 0;
}
