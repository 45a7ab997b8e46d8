/**
 * What signals mean to a manager: TERM and INT, an ordered stop; one more of them at
 * least a second later, force; HUP, the configuration again. A storm of them is one.
 */
export interface SignalDeeds {
  stop(signal: string): void;
  force(signal: string): void;
  reload(): void;
}

/** A key that bounces, or a terminal and a script that both send one. */
const bounceMs = 1_000;

/** Answers how to stop listening. */
export function listenToSignals(
  deeds: SignalDeeds,
  now: () => number = () => performance.now(),
): () => void {
  let stoppedAt: number | null = null;
  let isForced = false;
  const stop = (signal: string): void => {
    if (stoppedAt === null) {
      stoppedAt = now();
      deeds.stop(signal);
    } else if (!isForced && now() - stoppedAt >= bounceMs) {
      isForced = true;
      deeds.force(signal);
    }
  };
  const reload = (): void => {
    if (stoppedAt === null) deeds.reload();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', reload);
  return () => {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    process.off('SIGHUP', reload);
  };
}
