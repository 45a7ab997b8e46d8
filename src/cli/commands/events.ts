/** `drover events`: what happened, told for people, or as one JSON object a line. */
import type { EventInfo } from '../../control/client.ts';
import { ServiceColours } from '../render/marks.ts';
import { eventLine, type Story, subjectOf } from '../render/story.ts';
import { type Asking, asRun, countFlag, namesOf, noticeTo, type Session } from '../session.ts';
import { sinceFlag } from '../since.ts';

const defaultLines = 100;
const widestName = 24;

export const events: Asking = async (session) => {
  const { client, options, words, screen } = session;
  const since = sinceFlag(options);
  const names = namesOf(words);
  const about = names === undefined ? {} : { services: names };
  const limit = countFlag(options, 'lines') ?? defaultLines;
  const past = await client.history({ ...about, limit, ...(since === undefined ? {} : { since }) });
  const tell = teller(session, past);
  for (const event of past) await tell(event);
  if (options['follow'] !== true) return 0;
  // Where nothing has happened yet, all that happens is new.
  const after = past.at(-1)?.seq ?? (await lastSeq(session));
  const onNotice = noticeTo(screen);
  for await (const event of client.events({ ...about, after }, { onNotice })) await tell(event);
  return 0;
};

async function lastSeq({ client }: Session): Promise<number> {
  return (await client.history({ limit: 1 })).at(-1)?.seq ?? 0;
}

function teller({ screen, options }: Session, past: readonly EventInfo[]) {
  const longest = Math.max(6, ...past.map((event) => subjectOf(event).length));
  const story: Story = {
    screen,
    colours: new ServiceColours(),
    width: Math.min(longest, widestName),
  };
  return async (event: EventInfo): Promise<void> => {
    screen.line(options.json === true ? JSON.stringify(event) : eventLine(story, event));
    await screen.drained();
  };
}

export const run = asRun(events);
