/** Signals as people write them: `HUP`, `sighup`, `1`. */
import { constants } from 'node:os';
import type { RequestOf } from '../control/client.ts';
import { SupervisorError } from '../services/errors.ts';
import { didYouMean } from '../services/suggestion.ts';

type Signal = RequestOf<'signal'>['signal'];

/** Throws `usage`. Which of them may be sent, the daemon says. */
export function signalOf(text: string): Signal {
  const word = text.toUpperCase();
  const name = word.startsWith('SIG') ? word : `SIG${word}`;
  const known = Object.entries(constants.signals);
  const found = known.find(([signal, number]) => signal === name || String(number) === text);
  if (found !== undefined) return found[0] as Signal;
  const names = known.map(([signal]) => signal);
  throw new SupervisorError(
    'usage',
    `cannot send "${text}": there is no such signal`,
    didYouMean(name, names),
  );
}
