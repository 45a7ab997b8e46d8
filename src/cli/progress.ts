/**
 * Who is waited for, since when, and what comes next: one line that is drawn over, for
 * people who wait longer than a second. It only looks, and goes when the wait is over.
 */
import type { ServiceInfo } from '../control/client.ts';
import { plain } from '../runtime/sanitize.ts';
import { cut } from './render/text-width.ts';
import { seconds } from './render/units.ts';
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

type Steps = readonly { readonly atMs: number; readonly service: string; readonly what: string }[];

class Watch {
  readonly #session: Session;
  readonly #awaited: Awaited;
  readonly #beganAt = performance.now();
  /** Since when each has been in its state. */
  readonly #since = new Map<string, readonly [state: string, at: number]>();
  #steps: Steps | null = null;
  #timer: NodeJS.Timeout;
  #isOpen = true;
  #isDrawn = false;

  constructor(session: Session, awaited: Awaited) {
    this.#session = session;
    this.#awaited = awaited;
    this.#timer = setTimeout(() => void this.#look(), patienceMs);
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    if (this.#isDrawn) this.#session.screen.overwrite('');
  }

  async #look(): Promise<void> {
    const text = await this.#text().catch(() => null);
    if (!this.#isOpen) return;
    const { screen } = this.#session;
    if (text !== null) {
      this.#isDrawn = true;
      screen.overwrite(screen.paint('dim', cut(text, screen.errorWidth - 1)));
    }
    this.#timer = setTimeout(() => void this.#look(), lookMs);
  }

  async #text(): Promise<string | null> {
    const { client } = this.#session;
    const { names, verb } = this.#awaited;
    const asked = names === undefined ? {} : { services: [...names] };
    if (verb !== undefined && this.#steps === null) {
      this.#steps = (await client.timeline({ verb, ...asked })).steps;
    }
    const { services } = await client.status(asked);
    const busy = services.filter(isUnderWay);
    for (const { name, state } of busy) this.#note(name, state);
    // Whoever has been waited for the longest is what keeps everybody.
    const [first] = busy.toSorted((a, b) => this.#sinceOf(a.name) - this.#sinceOf(b.name));
    return first === undefined ? null : this.#sentence(first, busy.length - 1);
  }

  #note(name: string, state: string): void {
    if (this.#since.get(name)?.[0] === state) return;
    const isFirst = this.#since.size === 0;
    this.#since.set(name, [state, isFirst ? this.#beganAt : performance.now()]);
  }

  #sinceOf(name: string): number {
    return this.#since.get(name)?.[1] ?? this.#beganAt;
  }

  #sentence({ name, why }: ServiceInfo, others: number): string {
    const elapsed = performance.now() - this.#sinceOf(name);
    const rest = others === 0 ? '' : ` (and ${others} more)`;
    return `${seconds(elapsed)} · ${plain(why)}${this.#next(name, elapsed)}${rest}`;
  }

  #next(name: string, elapsedMs: number): string {
    const steps = (this.#steps ?? []).filter(({ service }) => service === name);
    const beginsAt = steps[0]?.atMs ?? 0;
    const next = steps.find(({ atMs }) => atMs - beginsAt > elapsedMs);
    if (next === undefined) return '';
    return `; ${next.what} in ${seconds(next.atMs - beginsAt - elapsedMs)}`;
  }
}

const busyStates: ReadonlySet<string> = new Set([
  'adopting',
  'starting',
  'stopping',
  'killing',
  'crashed',
  'backoff',
  'stuck',
]);

const isUnderWay = ({ state, desired }: ServiceInfo): boolean =>
  busyStates.has(state) || (state === 'stopped' && desired === 'up');
