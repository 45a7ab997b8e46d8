/** `drover status --watch`: the table again after each event, in the same place. */
import { exitCodes } from './exit-codes.ts';
import { statusLines } from './render/status-table.ts';
import { cut } from './render/text-width.ts';
import type { Session } from './session.ts';

/** A crowd of events is one picture; uptimes and CPU change without any. */
const shortestMs = 100;
const longestMs = 2_000;

/** Goes on until ^C, or until the daemon ends. */
export async function watchStatus(session: Session): Promise<number> {
  const { client, screen } = session;
  const over = new AbortController();
  const bell = new Bell();
  const listening = (async () => {
    for await (const _ of client.events({}, { signal: over.signal })) bell.ring();
  })()
    .catch(() => {})
    .finally(() => {
      over.abort();
      bell.ring();
    });
  try {
    while (!over.signal.aborted) {
      await draw(session);
      await bell.heard(longestMs);
      await new Promise((resolve) => setTimeout(resolve, shortestMs));
    }
  } finally {
    over.abort();
    await listening;
  }
  screen.note('the daemon has ended');
  return exitCodes.daemonNotReachable;
}

async function draw({ client, screen, words, options }: Session): Promise<void> {
  const status = await client.status(words.length === 0 ? {} : { services: [...words] });
  if (options.json === true) return screen.line(JSON.stringify(status));
  const lines = statusLines(screen, status);
  if (!screen.isTerminal) return screen.write(`${lines.join('\n')}\n\n`);
  const fitting = lines.slice(0, screen.height - 1);
  if (fitting.length < lines.length) {
    const more = `… ${lines.length - fitting.length + 1} more lines`;
    fitting[fitting.length - 1] = cut(more, screen.width);
  }
  screen.write(`\u001b[H${fitting.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
}

/** Wakes one who waits; rung before, it wakes at once. */
class Bell {
  #isRung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  heard(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        this.#isRung = false;
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.#wake = done;
      if (this.#isRung) done();
    });
  }
}
