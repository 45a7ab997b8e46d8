/** What the keys of a terminal mean: the first ^C stops in order, the second one kills. */
export interface TerminalDeeds {
  stop(signal: string): void;
  force(signal: string): void;
}

/** Shorter than anybody presses twice; a terminal and a script may both send one. */
const bounceMs = 150;

/** Answers how to stop listening. */
export function terminalSignals({ stop, force }: TerminalDeeds): () => void {
  let first: number | null = null;
  const heard = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (first === null) {
      first = now;
      stop(signal);
    } else if (now - first >= bounceMs) {
      force(signal);
    }
  };
  // A terminal that is closed takes nothing with it: everything is stopped as by ^C.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, heard);
  return () => {
    for (const signal of signals) process.off(signal, heard);
  };
}
