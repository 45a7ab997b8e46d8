/** The path of a request against that of a verb, segment by segment. */
import { SupervisorError } from '../services/errors.ts';

/** `:name` stands for one segment. */
export function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, i) => (part.startsWith(':') ? segments[i] !== '' : part === segments[i]))
  );
}

/** What stands in the path, by its names. Throws `invalid-request`. */
export function parametersOf(
  pattern: readonly string[],
  segments: readonly string[],
): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [i, part] of pattern.entries()) {
    if (part.startsWith(':')) parameters.set(part.slice(1), decode(segments[i] ?? ''));
  }
  return parameters;
}

/** Only what a name or an id is made of: nothing that could be a path or a prototype's key. */
const word = /^[a-z0-9][a-z0-9._-]{0,63}$/;

function decode(segment: string): string {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw new SupervisorError('invalid-request', 'the address is not well encoded');
  }
  if (word.test(text)) return text;
  throw new SupervisorError('invalid-request', 'the address holds what is no name of a service');
}
