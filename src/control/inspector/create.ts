/** Opens an inspector on a supervisor, or on any other system of XState actors. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyActorRef } from 'xstate';
import type { CommandAnswer, CommandRequest, Recording } from '../../inspection/protocol.ts';
import { createRecorder, type Recorder } from '../../inspection/recorder.ts';
import type { Supervisor } from '../../runtime/api.ts';
import { SupervisorError } from '../../services/errors.ts';
import { type FeedTimes, feedTimes } from './feed.ts';
import type { Inspected } from './inspected.ts';
import { type LayOut, layOutIn } from './layouts.ts';
import { Live } from './live.ts';
import { findPage, readPage } from './page.ts';
import { Recorded } from './recorded.ts';
import { InspectorServer } from './server.ts';

export interface InspectorOptions {
  /** On 127.0.0.1. Default 0: any that is free. */
  readonly port?: number;
  /** Also make an address from which things can be changed. Default false. */
  readonly control?: boolean;
  /** What the page calls it. Default: the name of the project, or the id of the actor. */
  readonly title?: string;
  /** So many records are kept. Default 65536. */
  readonly capacity?: number;
  /** Hide what may be a secret: environments, passwords in arguments. Default true. */
  readonly redact?: boolean;
  /** One that has been recording for a while. It is closed with the inspector. */
  readonly recorder?: Recorder;
  /** Keep the host process alive. Default false. */
  readonly keepAlive?: boolean;
}

/** What a page is to be told beside it, for those who open inspectors on others' behalf. */
export interface OpenOptions extends InspectorOptions {
  /** The directory of the built page. */
  readonly page?: string;
  readonly times?: FeedTimes;
  readonly layOut?: LayOut;
  readonly command?: (request: CommandRequest) => Promise<CommandAnswer>;
  readonly degraded?: () => readonly string[];
  readonly onDefect?: (error: unknown, what: string) => void;
}

export interface Inspector {
  /** To look. It holds a secret: whoever has it sees everything that is shown. */
  readonly url: string;
  /** To look and to change things; null unless it was opened with `control`. */
  readonly controlUrl: string | null;
  /** Ends streams and connections, and records no more. */
  close(): Promise<void>;
}

/**
 * Serves the inspector's page on loopback, from now until it is closed. It records what
 * happens in the system from now on, and nothing before.
 *
 * Rejects: `not-inspectable` (neither a supervisor nor a started actor), `listen-failed`,
 * `no-page`.
 */
export async function createInspector(
  subject: Supervisor | AnyActorRef,
  options: InspectorOptions = {},
): Promise<Inspector> {
  const server = await openInspector(subject, options);
  const { control = false } = options;
  return {
    url: server.url('look'),
    controlUrl: control ? server.url('control') : null,
    close: () => server.close(),
  };
}

/** As `createInspector`, with more to say and a server in return. */
export function openInspector(
  subject: Supervisor | AnyActorRef,
  options: OpenOptions = {},
): Promise<InspectorServer> {
  const supervisor = isSupervisor(subject) ? subject : null;
  const root = isSupervisor(subject) ? (subject.actor as AnyActorRef) : subject;
  mustBeAlive(root);
  const { capacity, redact, command, degraded, times = feedTimes } = options;
  const recorder =
    options.recorder ??
    createRecorder({
      ...(capacity === undefined ? {} : { capacity }),
      ...(redact === undefined ? {} : { redact }),
    });
  const title = options.title ?? supervisor?.spec.name ?? root.id;
  const live = new Live({
    ...{ recorder, root, supervisor, title, times },
    layOut: options.layOut ?? layOutIn(supervisor === null ? null : layoutsOf(supervisor)),
    ...(command === undefined ? {} : { command }),
    ...(degraded === undefined ? {} : { degraded }),
  });
  return serve(live, options, () => {
    if (recorder.numberOf(root) === null) recorder.attach(root);
  });
}

/** Shows a recording, and nothing else. */
export function openRecording(
  recording: Recording,
  options: OpenOptions = {},
): Promise<InspectorServer> {
  const recorded = new Recorded(recording, options.layOut ?? layOutIn(null));
  return serve(recorded, options, () => {});
}

/** Nothing is recorded before somebody can look. */
async function serve(
  inspected: Inspected,
  { port = 0, keepAlive = false, page, onDefect }: OpenOptions,
  begin: () => void,
): Promise<InspectorServer> {
  const files = readPage(page ?? findPage());
  const server = await InspectorServer.open({ inspected, port, keepAlive, onDefect, page: files });
  begin();
  return server;
}

/** Beside the rest of what it keeps; null: it keeps nothing on this disk. */
function layoutsOf({ spec }: Supervisor): string | null {
  return existsSync(spec.stateDir) ? join(spec.stateDir, 'layouts') : null;
}

const isSupervisor = (subject: Supervisor | AnyActorRef): subject is Supervisor =>
  isObject(subject) && 'spec' in subject && 'actor' in subject;

/** Throws `not-inspectable`. */
function mustBeAlive(root: AnyActorRef): void {
  if (isObject(root) && typeof root.send === 'function' && 'system' in root) return;
  throw new SupervisorError(
    'not-inspectable',
    'cannot inspect this: it is neither a supervisor nor an XState actor',
    'give it what createSupervisor or createActor answered',
  );
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
