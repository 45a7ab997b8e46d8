/** What an inspector can be asked of whatever it shows, live or recorded. Types only. */
import type {
  CommandAnswer,
  CommandRequest,
  Definition,
  Info,
  NextEvent,
  PlainEvent,
  Recording,
  WhatIf,
  WhatIfRequest,
} from '../../inspection/protocol.ts';
import type { EventStream } from '../sse.ts';

/** What may be refused has been, before the stream is opened. */
export type Pour = (stream: EventStream) => void;

/** Milliseconds since 1970. */
export interface Stretch {
  readonly since: number | undefined;
  readonly until: number | undefined;
}

export interface LogRequest {
  /** Undefined: all services. */
  readonly services: readonly string[] | undefined;
  readonly lines: number;
  readonly follow: boolean;
  /** Go on behind this line, whose id a stream gave. */
  readonly lastId: string | null;
}

export interface Inspected {
  info(control: boolean): Info;
  /** All that happens. `after`: what the reader has seen already. */
  news(after: number | null): Pour;
  definition(definition: number): Promise<Definition>;
  logs(request: LogRequest): Pour;
  why(name: string): string;
  next(actor: number): readonly NextEvent[];
  whatIf(actor: number, request: WhatIfRequest): WhatIf;
  recording(stretch: Stretch): Promise<Recording>;
  journal(stretch: Stretch): Promise<Recording>;
  /** With a layout of every chart, for it is opened where nobody can be asked for one. */
  laidOut(recording: Recording): Promise<Recording>;
  /** In the words of the Stately inspector, until the answer is called. */
  stately(send: (message: object) => void): () => void;
  send(actor: number, event: PlainEvent): void;
  command(request: CommandRequest): Promise<CommandAnswer>;
  close(): void;
}
