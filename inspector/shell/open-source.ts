/** From what the page carries in itself, or from the server that it came from. */
import type { Info, Recording } from '../../src/inspection/protocol.ts';
import { readLink } from '../model/link.ts';
import { liveSource } from '../model/live-source.ts';
import { begin } from '../model/open.ts';
import { recordingSource } from '../model/recording-source.ts';
import { connection } from '../model/session.ts';
import type { Source } from '../model/source.ts';

const tokenKey = 'drover.token';

export async function openSource(): Promise<void> {
  const embedded = document.getElementById('recording');
  if (embedded !== null) {
    begin(recordingSource(JSON.parse(embedded.textContent ?? '')));
    return;
  }
  const live = liveSource({
    api: new URL('api', location.href.split('#')[0]).href,
    token: token(),
  });
  try {
    begin(await asRecording(live));
  } catch {
    // It may come back; whoever opens the stream tells why not, and tries again.
    begin(live);
  }
}

/** A server that replays has one recording to give, and no stream. */
async function asRecording(live: Source): Promise<Source> {
  const { source } = await live.get<Info>('/info');
  if (source === 'live') return live;
  connection.value = { kind: 'connecting' };
  return recordingSource(await live.get<Recording>('/recording'));
}

/** Out of the address at once, where it would be copied with a link and kept in the history. */
function token(): string {
  const { token } = readLink(location.hash);
  if (token === null) return sessionStorage.getItem(tokenKey) ?? '';
  sessionStorage.setItem(tokenKey, token);
  const rest = new URLSearchParams(location.hash.slice(1));
  rest.delete('token');
  const hash = rest.size === 0 ? '' : `#${rest}`;
  history.replaceState(null, '', `${location.pathname}${location.search}${hash}`);
  return token;
}
