/** The flag that says on which port the inspector shall be. */
import { SupervisorError } from '../../services/errors.ts';
import { type Options, textFlag } from '../options.ts';

/** Undefined where it was not given: any. Throws `usage`. */
export function portFlag(options: Options): number | undefined {
  const text = textFlag(options, 'port');
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new SupervisorError('usage', `cannot understand --port ${text}`, 'write 0 to 65535');
}
