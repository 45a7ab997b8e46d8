/** The methods of a client, one for each verb of the table. Types only. */
import type { RequestOf, ResponseOf } from './protocol.ts';
import type { PathParameters, VerbName, verbs } from './verbs.ts';

type Verbs = typeof verbs;

/** An object without keys is typed as one that no object can be, so it is left out. */
type Request<Verb extends VerbName> = string extends keyof RequestOf<Verb>
  ? unknown
  : RequestOf<Verb>;

/** What stands in the path and what goes into the query or body, in one object. */
export type ArgumentsOf<Verb extends VerbName> = {
  readonly [Name in PathParameters<Verbs[Verb]['path']>]: string;
} & Request<Verb>;

export interface CallOptions {
  /** Aborting lets go of the answer; a command that was sent goes on. */
  readonly signal?: AbortSignal;
}

export interface Notice {
  readonly kind: 'dropped' | 'gap' | 'ended';
  readonly message: string;
}

export interface StreamOptions extends CallOptions {
  /** Go on after the connection was lost, where it stopped. Default true. */
  readonly reconnect?: boolean;
  /** How long a daemon may be away. Default 10 s. */
  readonly reconnectForMs?: number;
  /** What the stream says of itself, such as that this reader was too slow. */
  readonly onNotice?: (notice: Notice) => void;
}

type Answered<Verb extends VerbName> = Verbs[Verb]['answer'] extends 'stream'
  ? AsyncIterable<ResponseOf<Verb>>
  : Promise<ResponseOf<Verb>>;

type OptionsOf<Verb extends VerbName> = Verbs[Verb]['answer'] extends 'stream'
  ? StreamOptions
  : CallOptions;

/** Arguments may be left out where none is required. */
type Method<Verb extends VerbName> =
  Record<never, never> extends ArgumentsOf<Verb>
    ? (request?: ArgumentsOf<Verb>, options?: OptionsOf<Verb>) => Answered<Verb>
    : (request: ArgumentsOf<Verb>, options?: OptionsOf<Verb>) => Answered<Verb>;

/** Streams are async iterables: `for await`, or `from(...)` of rxjs. */
export type Client = {
  readonly [Verb in VerbName]: Method<Verb>;
} & {
  /** Where it connects to: the path of a socket, or a URL. */
  readonly address: string;
  /** Lets go of idle connections. A client may be used again after it. */
  close(): void;
};
