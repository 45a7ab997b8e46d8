/** A living system, as an inspector shows it: what is recorded of it, and what can be asked of it. */
import type { AnyActorRef } from 'xstate';
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
import type { Recorder } from '../../inspection/recorder.ts';
import { recordingOf } from '../../inspection/recording.ts';
import { statelyExport } from '../../inspection/stately.ts';
import { eventOf } from '../../inspection/what-if.ts';
import type { Supervisor } from '../../runtime/api.ts';
import { SupervisorError } from '../../services/errors.ts';
import { version } from '../../version.ts';
import { obey } from './commands.ts';
import { type FeedTimes, feed } from './feed.ts';
import type { Inspected, LogRequest, Pour, Stretch } from './inspected.ts';
import { recordedJournal } from './journal.ts';
import { type LayOut, Layouts, withLayouts } from './layouts.ts';
import { lines, linesWithin } from './lines.ts';
import { Rows } from './rows.ts';

export interface LiveOptions {
  readonly recorder: Recorder;
  readonly root: AnyActorRef;
  /** Null: some other system. */
  readonly supervisor: Supervisor | null;
  readonly title: string;
  readonly times: FeedTimes;
  readonly layOut: LayOut;
  /** How a command is carried out; default: by the supervisor itself. */
  readonly command?: (request: CommandRequest) => Promise<CommandAnswer>;
  readonly degraded?: () => readonly string[];
}

export class Live implements Inspected {
  readonly #options: LiveOptions;
  readonly #layouts: Layouts;
  readonly #rows: Rows | null;

  constructor(options: LiveOptions) {
    const { supervisor, recorder, degraded = () => [] } = options;
    this.#options = options;
    this.#layouts = new Layouts(options.layOut);
    this.#rows = supervisor === null ? null : new Rows({ supervisor, recorder, degraded });
  }

  info(control: boolean): Info {
    const { recorder } = this.#options;
    return { protocol: 1, ...this.#who(), source: 'live', control, capacity: recorder.capacity };
  }

  news(after: number | null): Pour {
    const { recorder, times } = this.#options;
    const sources = { recorder, times, layouts: this.#layouts, rows: this.#rows };
    return (stream) => feed(stream, sources, after);
  }

  async definition(number: number): Promise<Definition> {
    const definition = this.#options.recorder.definition(number);
    if (definition === null) {
      throw new SupervisorError('not-found', `there is no definition ${number}`);
    }
    return this.#layouts.of(definition);
  }

  logs(request: LogRequest): Pour {
    return lines(this.#supervisor('show logs'), request);
  }

  why(name: string): string {
    return this.#supervisor('explain a service').why(name);
  }

  next(actor: number): readonly NextEvent[] {
    return this.#options.recorder.next(actor) ?? gone(actor);
  }

  whatIf(actor: number, request: WhatIfRequest): WhatIf {
    return this.#options.recorder.whatIf(actor, request) ?? gone(actor);
  }

  async recording({ since, until }: Stretch): Promise<Recording> {
    const { recorder, supervisor } = this.#options;
    const now = recorder.baseline().at;
    const [first] = recorder.since(recorder.dropped, 1).records;
    const beganAt = first?.at ?? now;
    if (since !== undefined && since < beganAt && supervisor !== null) {
      return this.journal({ since, until });
    }
    const stretch = { since: since ?? beganAt, until: Math.min(until ?? now, now) };
    return recordingOf(recorder, stretch.since, stretch.until, {
      info: this.#who(),
      services: this.#rows?.now().services ?? [],
      groups: this.#rows?.now().groups ?? [],
      logs: supervisor === null ? [] : await linesWithin(supervisor, stretch, now),
    });
  }

  async journal(stretch: Stretch): Promise<Recording> {
    return recordedJournal(this.#supervisor('read a journal'), stretch);
  }

  laidOut(recording: Recording): Promise<Recording> {
    return withLayouts(recording, this.#options.layOut);
  }

  stately(send: (message: object) => void): () => void {
    return statelyExport(this.#options.recorder, send);
  }

  send(actor: number, event: PlainEvent): void {
    if (event.type.startsWith('xstate.')) {
      throw new SupervisorError(
        'invalid-request',
        `cannot send "${event.type}": such events are between XState and its actors`,
      );
    }
    const ref = this.#options.recorder.actor(actor) ?? gone(actor);
    ref.send(eventOf(event));
  }

  command(request: CommandRequest): Promise<CommandAnswer> {
    const supervisor = this.#supervisor(request.verb);
    return this.#options.command?.(request) ?? obey(supervisor, request);
  }

  close(): void {
    this.#rows?.close();
    this.#options.recorder.close();
  }

  #who() {
    const { supervisor, title } = this.#options;
    const subject = supervisor === null ? 'system' : 'supervisor';
    return { subject, name: title, version } as const;
  }

  /** Throws `no-services`. */
  #supervisor(verb: string): Supervisor {
    const { supervisor } = this.#options;
    if (supervisor !== null) return supervisor;
    throw new SupervisorError(
      'no-services',
      `cannot ${verb}: this is a system of actors without services`,
    );
  }
}

function gone(actor: number): never {
  throw new SupervisorError(
    'unknown-actor',
    `there is no actor ${actor} with a machine: it has ended, or that state is not kept any more`,
  );
}
