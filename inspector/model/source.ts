/** Where the page has everything from: a server, or a recording that it carries in itself. */
import type {
  Baseline,
  Batch,
  Definition,
  Info,
  RecordedLine,
  Services,
} from '../../src/inspection/protocol.ts';

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** It is tried again at `retryAt`. */
  | { readonly kind: 'broken'; readonly why: string; readonly retryAt: number }
  /** The server does not let us in; that is not tried again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** A recording: all of it is here. */
  | { readonly kind: 'recorded' };

/** Whoever listens to a source. */
export interface Sink {
  info(info: Info): void;
  connection(state: Connection): void;
  baseline(baseline: Baseline): void;
  definition(definition: Definition): void;
  records(batch: Batch): void;
  services(services: Services): void;
}

export interface Source {
  readonly kind: 'live' | 'recording';
  /** Tells the sink everything, from now on. Returns how to stop. `cursor` says what it has. */
  open(sink: Sink, cursor: () => number | null): () => void;
  /** Lines so far, then each further one. Returns how to stop. */
  logs(
    services: readonly string[],
    lines: number,
    take: (lines: readonly RecordedLine[]) => void,
  ): () => void;
  /** Of the API, below `/api`. Rejects with a SourceError. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

/** What the server said no to, in its words; `unreachable`, `not-live` are ours. */
export class SourceError extends Error {
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
