/** Who is waited for, since when, and what comes next, in one sentence. It only looks. */
import { plain } from '../runtime/sanitize.ts';
import { seconds } from './render/units.ts';

/** The part of a service's status that is needed. */
export interface Waiting {
  readonly name: string;
  readonly state: string;
  readonly desired: string;
  readonly why: string;
}

type Steps = readonly { readonly atMs: number; readonly service: string; readonly what: string }[];

/** Where it looks: a daemon that is asked, or a supervisor in this process. */
export interface View {
  services(): Promise<readonly Waiting[]>;
  /** What comes when, at worst; empty where that is not known. */
  steps(): Promise<Steps>;
}

export class Outlook {
  readonly #view: View;
  readonly #beganAt = performance.now();
  /** Since when each has been in its state. */
  readonly #since = new Map<string, readonly [state: string, at: number]>();
  #steps: Steps | null = null;

  constructor(view: View) {
    this.#view = view;
  }

  /** `1.1 s · web is stopping as x asked; SIGKILL in 8.9 s (and 2 more)`; null: nobody is waited for. */
  async sentence(): Promise<string | null> {
    this.#steps ??= await this.#view.steps();
    const busy = (await this.#view.services()).filter(isUnderWay);
    for (const { name, state } of busy) this.#note(name, state);
    // Whoever has been waited for the longest is what keeps everybody.
    const [first] = busy.toSorted((a, b) => this.#sinceOf(a.name) - this.#sinceOf(b.name));
    return first === undefined ? null : this.#of(first, busy.length - 1);
  }

  #note(name: string, state: string): void {
    if (this.#since.get(name)?.[0] === state) return;
    const isFirst = this.#since.size === 0;
    this.#since.set(name, [state, isFirst ? this.#beganAt : performance.now()]);
  }

  #sinceOf(name: string): number {
    return this.#since.get(name)?.[1] ?? this.#beganAt;
  }

  #of({ name, why }: Waiting, others: number): string {
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

const isUnderWay = ({ state, desired }: Waiting): boolean =>
  busyStates.has(state) || (state === 'stopped' && desired === 'up');
