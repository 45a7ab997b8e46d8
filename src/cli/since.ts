/** Points in time as people write them: how long ago, or when. */
import { parseDuration } from '../services/durations.ts';
import { SupervisorError } from '../services/errors.ts';
import { type Options, textFlag } from './options.ts';

/** Milliseconds since 1970; undefined where --since was not given. Throws `usage`. */
export const sinceFlag = (options: Options, now = Date.now()): number | undefined =>
  momentFlag(options, 'since', now);

/** The same of any flag that takes a point in time. */
export function momentFlag(options: Options, flag: string, now = Date.now()): number | undefined {
  const text = textFlag(options, flag)?.trim();
  if (text === undefined) return undefined;
  const ago = parseDuration(text);
  if (ago !== null) return now - ago;
  const at = timeOfDay(text, now) ?? Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw new SupervisorError(
    'usage',
    `cannot understand --${flag} ${text}`,
    'write how long ago, such as 10m, or when, such as 14:30 or 2025-01-31T14:30',
  );
}

/** The last time it was that o'clock. */
function timeOfDay(text: string, now: number): number | null {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const date = new Date(now);
  date.setHours(Number(hours), Number(minutes), Number(seconds), 0);
  if (date.getTime() > now) date.setDate(date.getDate() - 1);
  return date.getTime();
}
