/**
 * Asks whether the output of a service has a line that matches, reading on from where
 * the last asking stopped. A chatty service and a bad pattern cost a bounded amount of
 * memory and time.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Check } from '../../machines/vocabulary.ts';
import { codeOf, messageOf } from '../linux/errno.ts';
import type { CheckContext } from '../port.ts';
import type { Attempt } from './attempt.ts';
import type { Ask } from './dependencies.ts';
import { type LineSearch, searchFor } from './line-search.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const chunk = Buffer.allocUnsafe(65_536);

/** How far the log was read for the sake of one prober, which asks with one context. */
const readings = new WeakMap<CheckContext, Map<string, Reading>>();

export const askLog: Ask<Extract<Check, { kind: 'log' }>> = (attempt, { pattern }, context) => {
  if (context.log === null) return attempt.miss('it has no log');
  const reading = readingOf(context, pattern, context.log.offset);
  const descriptor = openLog(attempt, context.log.path);
  if (descriptor === null) return;
  attempt.atEnd(() => closeSync(descriptor));
  readOn(attempt, reading, descriptor);
};

interface Reading {
  search: LineSearch;
  /** Where the first line begins that was not seen whole. */
  at: number;
}

function readingOf(context: CheckContext, pattern: string, offset: number): Reading {
  const ofContext = readings.get(context) ?? new Map<string, Reading>();
  readings.set(context, ofContext);
  const reading = ofContext.get(pattern) ?? { search: searchFor(pattern), at: offset };
  ofContext.set(pattern, reading);
  return reading;
}

/** A log that was cut begins anew. */
function restart(reading: Reading): void {
  reading.at = 0;
  reading.search = searchFor(reading.search.pattern);
}

function openLog(attempt: Attempt, path: string): number | null {
  try {
    return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT';
    attempt.miss(isMissing ? `there is no log at ${path}` : messageOf(error));
    return null;
  }
}

/** One piece a turn: whatever else happens meanwhile does not wait for a whole log. */
function readOn(attempt: Attempt, reading: Reading, descriptor: number): void {
  attempt.try(() => {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return attempt.miss('its log is no regular file');
    if (stats.size < reading.at) restart(reading);
    const length = readSync(descriptor, chunk, 0, chunk.length, reading.at);
    const found = reading.search.feed(chunk.subarray(0, length));
    reading.at += found.taken;
    if (found.problem !== null) return attempt.miss(found.problem);
    if (found.matched) return attempt.pass();
    if (length < chunk.length) return attempt.miss(`no line matches ${reading.search.name}`);
    const next = setImmediate(() => readOn(attempt, reading, descriptor));
    attempt.atEnd(() => clearImmediate(next));
  });
}
