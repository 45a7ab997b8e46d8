/**
 * Tells when processes end that are not our children: by an event wherever there is one,
 * and by asking again and again where there is none.
 */
import type { ProcessIdentity } from '../../machines/vocabulary.ts';
import type { Cancel } from '../port.ts';
import type { Exits, Gone } from './exit-polls.ts';
import { isAlive, isSame } from './identity.ts';
import { canWatch, openWatcher, type Watcher, type WatcherListener } from './watcher.ts';

interface Watch {
  readonly identity: ProcessIdentity;
  readonly gone: Gone;
  /** Where it is polled instead. */
  unpoll: Cancel | null;
}

/** How the watcher is reached; for tests. */
export interface WatcherAccess {
  can(): boolean;
  open(listener: WatcherListener): Watcher;
}

/** `polls` takes over whom the watcher cannot watch, and everybody when it dies. */
export function createExits(
  polls: Exits,
  access: WatcherAccess = { can: canWatch, open: openWatcher },
): Exits {
  const watches = new Map<number, Watch>();
  let watcher: Watcher | null = null;
  /** Where it ended without a word, another would do so too. */
  let isBroken = false;
  let nextId = 1;

  const finish = (id: number, sawAlive: boolean) => {
    const watch = watches.get(id);
    watches.delete(id);
    watch?.gone(sawAlive);
  };

  /** Who was alive when it was asked for, and is not now, was so a moment ago. */
  const finishOr = (id: number, otherwise: (watch: Watch) => void) => {
    const watch = watches.get(id);
    if (watch === undefined) return;
    if (isAlive(watch.identity)) otherwise(watch);
    else finish(id, true);
  };

  const poll = (id: number) =>
    finishOr(id, (watch) => {
      watch.unpoll = polls.watch(watch.identity, (sawAlive) => finish(id, sawAlive));
    });

  const listener: WatcherListener = {
    watching(id) {
      // The number may have changed hands before the kernel was asked about it.
      finishOr(id, () => {});
      if (!watches.has(id)) watcher?.forget(id);
    },
    gone: (id) => finish(id, true),
    refused: poll,
    ended(end) {
      watcher = null;
      isBroken ||= end === 'said nothing';
      for (const [id, watch] of [...watches]) if (watch.unpoll === null) poll(id);
    },
  };

  const watch = (identity: ProcessIdentity, gone: Gone): Cancel => {
    if (isBroken || !access.can() || !isAlive(identity)) return polls.watch(identity, gone);
    const id = nextId++;
    const one: Watch = { identity, gone, unpoll: null };
    watches.set(id, one);
    watcher ??= access.open(listener);
    watcher.watch(id, identity.pid);
    return () => {
      if (!watches.delete(id)) return;
      if (one.unpoll === null) watcher?.forget(id);
      else one.unpoll();
    };
  };

  const sawAlive = (identity: ProcessIdentity) => {
    for (const one of watches.values()) {
      if (one.unpoll === null && isSame(one.identity, identity)) return true;
    }
    return polls.sawAlive(identity);
  };

  const close = () => {
    watches.clear();
    watcher?.close();
    watcher = null;
    polls.close();
  };

  return { watch, sawAlive, close };
}
