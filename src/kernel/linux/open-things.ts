/**
 * Keeps what is to be let go of when the kernel is closed. It asks the OS nothing.
 */
import type { Cancel, SpawnListener } from '../port.ts';

export interface OpenThings {
  /** Cancelled when all is closed, unless it was before. */
  keep(cancel: Cancel): Cancel;
  /** As `keep`, for what ends by itself with its one call. */
  keepUntilCalled<Answer extends readonly unknown[]>(
    begin: (call: (...answer: Answer) => void) => Cancel,
    call: (...answer: Answer) => void,
  ): Cancel;
  callWhileOpen<Answer>(call: (answer: Answer) => void): (answer: Answer) => void;
  whileOpen(listener: SpawnListener): SpawnListener;
  close(): void;
}

/** After `close` nobody is called back any more: the caller may be gone. */
export function createOpenThings(): OpenThings {
  const cancels = new Set<Cancel>();
  let isOpen = true;

  const keep = (cancel: Cancel) => {
    const once = () => {
      if (cancels.delete(once)) cancel();
    };
    cancels.add(once);
    return once;
  };

  const keepUntilCalled = <Answer extends readonly unknown[]>(
    begin: (call: (...answer: Answer) => void) => Cancel,
    call: (...answer: Answer) => void,
  ) => {
    const cancel = keep(
      begin((...answer) => {
        cancel();
        call(...answer);
      }),
    );
    return cancel;
  };

  const callWhileOpen =
    <Answer>(call: (answer: Answer) => void) =>
    (answer: Answer) => {
      if (isOpen) call(answer);
    };

  const whileOpen = (listener: SpawnListener): SpawnListener => ({
    spawned: callWhileOpen((identity) => listener.spawned(identity)),
    failed: (problem, reason) => {
      if (isOpen) listener.failed(problem, reason);
    },
    exited: callWhileOpen((exit) => listener.exited(exit)),
    notified: callWhileOpen((fields) => listener.notified(fields)),
  });

  const close = () => {
    isOpen = false;
    for (const cancel of [...cancels]) cancel();
  };

  return { keep, keepUntilCalled, callWhileOpen, whileOpen, close };
}

/** The longest interval there is: it wakes nobody for 24 days, and then does nothing. */
export function holdHost(): Cancel {
  const timer = setInterval(() => {}, 2 ** 31 - 1);
  return () => clearInterval(timer);
}
