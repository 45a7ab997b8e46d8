/**
 * What a check says to a server of some kind, and how it takes the answer. Pure.
 */
import type { CheckOutcome } from '../../port.ts';

export interface Dialect {
  /** For people. */
  readonly name: string;
  /** null: the server speaks first. */
  readonly hello: Buffer | null;
  /** Said after a good answer, so that the server's log has no broken connection in it. */
  readonly goodbye: Buffer | null;
  /** Of all that was heard so far. The reason of a miss is followed by where. */
  judge(heard: Buffer): CheckOutcome | 'incomplete' | 'unheard-of';
}

export const pass: CheckOutcome = { passed: true };

export function miss(reason: string): CheckOutcome {
  return { passed: false, reason };
}

/** A server's own words, which may be long or not even text. */
export function quote(words: string): string {
  return JSON.stringify(words.length > 200 ? `${words.slice(0, 200)}...` : words);
}

/** The first line without its end; null while it is not complete. */
export function firstLine(heard: Buffer): string | null {
  const end = heard.indexOf('\n');
  return end < 0 ? null : heard.toString('latin1', 0, end).replace(/\r$/, '');
}
