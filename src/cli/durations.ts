/** Flags that take a duration. */
import { durationExamples, parseDuration } from '../services/durations.ts';
import { SupervisorError } from '../services/errors.ts';
import { type Options, textFlag } from './options.ts';

/** Milliseconds; undefined where the flag was not given. Throws `usage`. */
export function durationFlag(options: Options, name: string): number | undefined {
  const text = textFlag(options, name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new SupervisorError('usage', `cannot understand --${name} ${text}`, durationExamples);
}
