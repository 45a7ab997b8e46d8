/** What a verb that asks a daemon works with, and how it gets that. */
import type { Client, Notice } from '../control/client.ts';
import { SupervisorError } from '../services/errors.ts';
import { connectTo } from './connection.ts';
import type { Options, Run } from './options.ts';
import { Screen } from './render/screen.ts';

export interface Session {
  readonly client: Client;
  readonly screen: Screen;
  /** What was said after the verb. */
  readonly words: readonly string[];
  readonly options: Options;
}

/** A verb as a test can call it. Resolves with the exit code. */
export type Asking = (session: Session) => Promise<number>;

export function asRun(verb: Asking): Run {
  return async (words, options) => {
    const client = await connectTo(options);
    try {
      return await verb({ client, words, options, screen: screenOf(options) });
    } finally {
      client.close();
    }
  };
}

export const screenOf = ({ color }: Options): Screen => new Screen({ color });

/** What was named; undefined means all. */
export const namesOf = (words: readonly string[]): string[] | undefined =>
  words.length === 0 ? undefined : [...words];

/** What a stream says of itself; that it is over, everybody sees. */
export const noticeTo =
  (screen: Screen) =>
  ({ message }: Notice): void => {
    if (message !== '') screen.note(`… ${message}`);
  };

/** A whole number of a flag. Throws `usage`. */
export function countFlag(options: Options, name: string): number | undefined {
  const value = options[name];
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new SupervisorError('usage', `cannot understand --${name} ${value}`, 'write a number');
}

export const hasCode = (error: unknown, code: string): error is SupervisorError =>
  error instanceof SupervisorError && error.code === code;
