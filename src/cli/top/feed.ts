/** Brings what the daemon tells into the view: states as they change, and the log of whoever is selected. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, LogLineInfo } from '../../control/client.ts';
import type { Pressed } from './press.ts';
import type { Store } from './store.ts';
import { withSelection } from './view.ts';

/** CPU and uptimes change without an event; a crowd of events is one look. */
const longestMs = 1_000;
const shortestMs = 60;
const keptLines = 1_000;

export class Feed {
  readonly #client: Client;
  readonly #store: Store;
  readonly #over = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  #followed: { readonly name: string; readonly over: AbortController } | null = null;

  constructor(client: Client, store: Store) {
    this.#client = client;
    this.#store = store;
  }

  /** Rejects where nobody listens to begin with. */
  async open(): Promise<void> {
    await this.#take();
    void this.#listen();
    this.#lookIn(longestMs);
  }

  close(): void {
    this.#over.abort();
    this.#followed?.over.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** The outcome is told; the screen goes on meanwhile. */
  async perform({ verb, name }: NonNullable<Pressed['command']>): Promise<void> {
    this.#store.change({ notice: { kind: 'busy', text: `${verb} ${name} …` } });
    try {
      const { outcomes } = await this.#client[verb]({ names: [name], by: 'drover top' });
      const mine = outcomes.find((outcome) => outcome.name === name) ?? outcomes[0];
      const text = mine === undefined ? `${verb} ${name}: done` : `${mine.name}: ${mine.summary}`;
      this.#store.change({ notice: { kind: 'news', text } });
    } catch (error) {
      if (!this.#over.signal.aborted)
        this.#store.change({ notice: { kind: 'error', text: textOf(error) } });
    }
  }

  /** The log of another service, where another one is selected. */
  followSelected(): void {
    const { selected } = this.#store.get();
    if (selected === (this.#followed?.name ?? null)) return;
    this.#followed?.over.abort();
    this.#followed = selected === null ? null : { name: selected, over: new AbortController() };
    if (selected !== null && this.#followed !== null)
      void this.#follow(selected, this.#followed.over.signal);
  }

  async #follow(name: string, signal: AbortSignal): Promise<void> {
    let waiting: LogLineInfo[] = [];
    const flush = (): void => {
      const lines = waiting;
      waiting = [];
      if (signal.aborted || lines.length === 0) return;
      this.#store.change((view) => ({
        ...view,
        logs: [...view.logs, ...lines].slice(-keptLines),
        // Who has scrolled up keeps seeing the same lines.
        scrolled: view.scrolled === 0 ? 0 : Math.min(keptLines - 1, view.scrolled + lines.length),
      }));
    };
    const request = { services: [name], lines: 200, follow: true };
    this.#store.change({ logs: [], scrolled: 0 });
    try {
      for await (const line of this.#client.logs(request, { signal })) {
        if (waiting.length === 0) setTimeout(flush, shortestMs).unref();
        waiting.push(line);
      }
    } catch {
      // The daemon is gone, which the states tell.
    }
    // The next one is asked from the beginning.
    if (!signal.aborted) this.#followed = null;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        for await (const _ of this.#client.events({}, { signal })) this.#lookIn(shortestMs);
      } catch {
        // It is asked again below.
      }
      await pause(longestMs, signal).catch(() => {});
    }
  }

  #lookIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#take();
    } catch (error) {
      this.#store.change({ trouble: textOf(error) });
    } finally {
      this.#isLooking = false;
      if (!this.#over.signal.aborted) this.#lookIn(longestMs);
    }
  }

  async #take(): Promise<void> {
    const status = await this.#client.status({}, { signal: this.#over.signal });
    this.#store.change((view) => withSelection({ ...view, status, trouble: null }));
    this.followSelected();
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
