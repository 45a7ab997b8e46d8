/**
 * Who is waited for, since when, and what comes next: one line that is drawn over, for
 * people who wait longer than a second. It only looks, and goes when the wait is over.
 */
import { Outlook, type View } from './outlook.ts';
import { cut } from './render/text-width.ts';
import type { Session } from './session.ts';

const patienceMs = 1_000;
const lookMs = 500;

export interface Awaited {
  readonly names?: readonly string[] | undefined;
  /** Where it is asked what comes next. */
  readonly verb?: 'down' | 'restart';
}

/** What `work` gives. */
export async function withProgress<T>(
  session: Session,
  awaited: Awaited,
  work: Promise<T>,
): Promise<T> {
  if (!session.screen.isErrorTerminal || session.options.quiet === true) return work;
  const watch = new Watch(session, awaited);
  try {
    return await work;
  } finally {
    watch.close();
  }
}

class Watch {
  readonly #session: Session;
  readonly #outlook: Outlook;
  #timer: NodeJS.Timeout;
  #isOpen = true;
  #isDrawn = false;

  constructor(session: Session, awaited: Awaited) {
    this.#session = session;
    this.#outlook = new Outlook(viewOf(session, awaited));
    this.#timer = setTimeout(() => void this.#look(), patienceMs);
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    if (this.#isDrawn) this.#session.screen.overwrite('');
  }

  async #look(): Promise<void> {
    const text = await this.#outlook.sentence().catch(() => null);
    if (!this.#isOpen) return;
    const { screen } = this.#session;
    if (text !== null) {
      this.#isDrawn = true;
      screen.overwrite(screen.paint('dim', cut(text, screen.errorWidth - 1)));
    }
    this.#timer = setTimeout(() => void this.#look(), lookMs);
  }
}

function viewOf({ client }: Session, { names, verb }: Awaited): View {
  const asked = names === undefined ? {} : { services: [...names] };
  return {
    services: async () => (await client.status(asked)).services,
    steps: async () =>
      verb === undefined ? [] : (await client.timeline({ verb, ...asked })).steps,
  };
}
