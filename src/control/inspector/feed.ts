/**
 * All that is recorded, to one reader: how things stand, then what happens, in batches.
 * It is read from the recorder only as fast as the reader takes it, so that a slow one
 * costs no memory; one that takes nothing at all is let go of.
 */
import type { Batch } from '../../inspection/protocol.ts';
import type { Recorder } from '../../inspection/recorder.ts';
import type { EventStream } from '../sse.ts';
import type { Layouts } from './layouts.ts';
import type { Rows } from './rows.ts';

export interface FeedTimes {
  /** What happens within so long goes out together. */
  readonly batchMs: number;
  /** So long may a reader take nothing. */
  readonly patienceMs: number;
}

export const feedTimes: FeedTimes = { batchMs: 50, patienceMs: 10_000 };

const mostRecords = 1_000;
/** So much of the past is told to a reader who was not there: whoever opens the page wants to know why. */
const mostPast = 5_000;

export interface Sources {
  readonly recorder: Recorder;
  readonly layouts: Layouts;
  /** Null where there are no services. */
  readonly rows: Rows | null;
  readonly times: FeedTimes;
}

export function feed(stream: EventStream, sources: Sources, after: number | null): void {
  new Feed(stream, sources).begin(after);
}

class Feed {
  readonly #stream: EventStream;
  readonly #sources: Sources;
  readonly #told = new Set<number>();
  #cursor = 0;
  #timer: NodeJS.Timeout | null = null;
  #isFlushing = false;
  /** Of the rows, as text; null: the reader has the newest. */
  #services: string | null = null;

  constructor(stream: EventStream, sources: Sources) {
    this.#stream = stream;
    this.#sources = sources;
  }

  begin(after: number | null): void {
    const { recorder, rows } = this.#sources;
    const stopHearing = recorder.onRecords(() => this.#schedule());
    this.#stream.whenClosed(() => {
      stopHearing();
      if (this.#timer !== null) clearTimeout(this.#timer);
    });
    if (after !== null && after >= recorder.dropped && after <= recorder.seq) this.#cursor = after;
    else this.#sendBaseline();
    this.#sendDefinitions();
    void this.#flush();
    if (rows === null) return;
    this.#stream.whenClosed(
      rows.watch((services) => {
        this.#services = services;
        void this.#flush();
      }),
    );
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#flush();
    }, this.#sources.times.batchMs);
  }

  #sendBaseline(): void {
    const { recorder } = this.#sources;
    const [first] = recorder.since(Math.max(recorder.dropped, recorder.seq - mostPast), 1).records;
    const baseline = first === undefined ? recorder.baseline() : recorder.baselineAt(first.at);
    this.#cursor = baseline.seq;
    this.#stream.send({ event: 'baseline', id: baseline.seq, data: baseline });
  }

  /** Before the first record that names it. */
  #sendDefinitions(): void {
    const { recorder, layouts } = this.#sources;
    for (const definition of recorder.definitions()) {
      if (this.#told.has(definition.definition)) continue;
      this.#told.add(definition.definition);
      this.#stream.send({ event: 'definition', data: layouts.ofNow(definition) });
    }
  }

  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      while (this.#stream.isOpen && (await this.#hasDrained())) {
        const batch = this.#sources.recorder.since(this.#cursor, mostRecords);
        if (batch.records.length > 0) this.#sendBatch(batch);
        else if (this.#services !== null) this.#sendServices(this.#services);
        else return;
      }
    } catch (error) {
      // A defect of ours is no reason for the host to end.
      this.#stream.end('ended', `a defect in drover: ${error}`);
    } finally {
      this.#isFlushing = false;
    }
  }

  #sendBatch(batch: Batch): void {
    this.#cursor = batch.next;
    this.#sendDefinitions();
    this.#stream.send({ event: 'records', id: batch.next, data: batch });
  }

  #sendServices(json: string): void {
    this.#services = null;
    this.#stream.send({ event: 'services', json });
  }

  /** False: it was let go of. */
  async #hasDrained(): Promise<boolean> {
    const drained = this.#stream.drained();
    if (drained === null) return true;
    const patience = setTimeout(
      () => this.#stream.end('dropped', 'this reader was too slow; go on after the last id'),
      this.#sources.times.patienceMs,
    ).unref();
    await drained;
    clearTimeout(patience);
    return this.#stream.isOpen;
  }
}
