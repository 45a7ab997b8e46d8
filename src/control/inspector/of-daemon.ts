/** The daemon's inspector: opened when somebody asks for it, and closed with the daemon. */
import type { CommandAnswer, CommandRequest, Recording } from '../../inspection/protocol.ts';
import { SupervisorError } from '../../services/errors.ts';
import { commands } from '../commands.ts';
import type { Context } from '../host.ts';
import type { RequestOf, ResponseOf } from '../protocol.ts';
import { by } from './commands.ts';
import { openInspector } from './create.ts';
import type { Stretch } from './inspected.ts';
import { recordedJournal } from './journal.ts';
import type { InspectorServer } from './server.ts';

type Answer = ResponseOf<'inspect'>;

const closed: Answer = { url: null, visit: null, control: false, opened: false };

/** Rejects: `listen-failed`, `no-page`, `already-open` where it is on another port. */
export async function inspect(
  context: Context,
  { control = false, close = false, stately = false, port = 0 }: RequestOf<'inspect'>,
): Promise<Answer> {
  if (close) {
    await closeIn(context);
    return closed;
  }
  const opened = context.inspector === null;
  context.inspector ??= open(context, port);
  const server = await context.inspector;
  mustBeOn(server, port);
  const url = stately ? server.statelyUrl() : server.url(control ? 'control' : 'look');
  return { url, visit: server.invitation(url), control: control && !stately, opened };
}

/**
 * From what the inspector holds where it is open, else from the journal. Whoever wants
 * layouts makes them: that takes more than a daemon should have to do.
 */
export async function recording(context: Context, stretch: Partial<Stretch>): Promise<Recording> {
  const { since, until } = stretch;
  const server = await context.inspector;
  if (server !== null) return server.inspected.recording({ since, until });
  return recordedJournal(context.host.supervisor, { since, until });
}

async function closeIn(context: Context): Promise<void> {
  const open = context.inspector;
  context.inspector = null;
  await open?.then((server) => server.close()).catch(() => {});
}

function open(context: Context, port: number): Promise<InspectorServer> {
  const { host, troubles, onDefect } = context;
  const opening = openInspector(host.supervisor, {
    port,
    command: (request) => obey(context, request),
    degraded: () => [...host.degraded(), ...troubles.values()],
    onDefect,
  });
  // Whoever asks next may have more luck.
  opening.catch(() => {
    context.inspector = null;
  });
  return opening;
}

/** As an operation like any other, so that everybody sees who did it. */
async function obey(context: Context, { verb, names }: CommandRequest): Promise<CommandAnswer> {
  const call = { left: new AbortController().signal };
  const some = [...names];
  const isNote = verb === 'reset' || verb === 'pin' || verb === 'unpin';
  const { outcomes } = isNote
    ? await commands[verb](context, { names: some }, call)
    : await commands[verb](context, { names: some, by }, call);
  return { outcomes: outcomes.map(({ name, summary }) => ({ name, summary })) };
}

function mustBeOn(server: InspectorServer, port: number): void {
  const { port: given } = new URL(server.origin);
  if (port === 0 || String(port) === given) return;
  throw new SupervisorError(
    'already-open',
    `cannot open the inspector on port ${port}: it is open on port ${given}`,
    'close that one first: `drover inspect --close`',
  );
}
