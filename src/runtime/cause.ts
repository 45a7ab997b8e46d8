/** Why a service changed its state, in the few words that an event has room for. */
import type { ServiceView } from '../machines/protocol.ts';
import type { Registry } from './registry.ts';
import { progress } from './why.ts';
import { duration, exitMessage, failureMessage, readyMessage, stopMessage } from './wording.ts';

export function causeOf(registry: Registry, view: ServiceView, last: ServiceView): string {
  const { notes } = registry.entry(view.name);
  switch (view.status) {
    case 'starting':
      if (view.adopted) return 'found starting, and adopted';
      if (notes.verdict?.kind === 'restart') return `restart ${notes.restarts}`;
      return notes.wish?.wish === 'up' ? `asked for by ${notes.wish.by}` : progress(view);
    case 'running':
      return readyMessage(view);
    case 'stopping':
    case 'killing':
      return leaving(view, last, notes.wish?.wish === 'down' ? notes.wish.by : null);
    case 'stopped':
      return ended(view, last, notes.wish?.wish === 'down' ? notes.wish.by : null);
    case 'crashed':
    case 'failed':
      return view.failure === null ? 'it ended' : failureMessage(view.failure);
    case 'backoff':
      return notes.verdict?.kind === 'restart'
        ? `restart ${notes.restarts} in ${duration(notes.verdict.delayMs)}`
        : 'it will be restarted';
    case 'stuck':
      return view.note ?? 'SIGKILL did not end it';
    case 'completed':
      return view.exit === null ? 'it has done its work' : `it ${exitMessage(view.exit)}`;
    case 'adopting':
      return 'it is looked for';
  }
}

function leaving(view: ServiceView, last: ServiceView, by: string | null): string {
  if (view.failure !== null) return failureMessage(view.failure);
  if (view.status === 'killing' && last.status === 'stopping') return 'it did not stop in time';
  if (view.state === 'sweeping') return 'its main process is gone, others of its tree are not';
  return by === null ? 'to be restarted, or with what it needs' : `asked for by ${by}`;
}

function ended(view: ServiceView, last: ServiceView, by: string | null): string {
  if (last.status === 'adopting') {
    return view.failure === null ? 'nothing was left of it' : failureMessage(view.failure);
  }
  if (last.status !== 'backoff') return stopMessage(view.stop);
  return by === null ? 'its time has come' : `asked for by ${by}`;
}
