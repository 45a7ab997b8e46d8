/**
 * What is to be done when nobody can read us any more: `drover logs | head` has seen
 * enough, or the terminal was closed. That is no error of anybody's.
 */

let whenLost = (): void => process.exit(0);

/** From now on such an error does not throw. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!isLost(error, stream.isTTY)) throw error;
      whenLost();
    });
  }
}

/** Whoever manages services must not just go. `deed` is called once. */
export function onOutputLost(deed: () => void): void {
  whenLost = () => {
    whenLost = () => {};
    deed();
  };
}

/** A terminal that is gone answers EIO; of a file that would be a broken disk. */
const isLost = ({ code }: NodeJS.ErrnoException, isTerminal: boolean): boolean =>
  code === 'EPIPE' || (isTerminal && code === 'EIO');
