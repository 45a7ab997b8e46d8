/**
 * Looks for a pattern in lines. Pure but for time: a pattern that takes for ever is
 * stopped, for it is tested on the loop that everything else waits for.
 */
import { type Context, createContext, Script } from 'node:vm';
import { messageOf } from '../linux/errno.ts';

/** A line is tested this far. */
const longestLine = 4_096;
const longestPattern = 1_000;
/** For all lines of one piece together. */
const budgetMs = 100;
/** Of the processor, in pieces that were not done in time: a bad pattern takes all that it is given. */
const mostCpuMs = 150;
/** A machine that is busy makes a good pattern late as well, but hardly so often. */
const mostOverruns = 10;

export interface LineSearch {
  readonly pattern: string;
  /** For people. */
  readonly name: string;
  /** Of what was given, `taken` bytes need not be given again: the rest is a line's beginning. */
  feed(bytes: Buffer): Found;
}

export interface Found {
  readonly taken: number;
  readonly matched: boolean;
  readonly problem: string | null;
}

export function searchFor(pattern: string): LineSearch {
  const expression = compile(pattern);
  const names = { pattern, name: `/${pattern}/` };
  const tooSlow = `the pattern ${names.name} takes too long; simplify it`;
  if (typeof expression === 'string') return { ...names, feed: () => failed(expression) };
  let overruns = 0;
  let cpuMs = 0;
  let isInsideLine = false;

  return {
    ...names,
    feed(bytes) {
      if (overruns >= mostOverruns || cpuMs >= mostCpuMs) return failed(tooSlow);
      const cut = cutIntoLines(bytes, isInsideLine);
      const began = process.cpuUsage();
      const matched = testInTime(expression, cut.lines);
      if (matched === null) {
        const { user, system } = process.cpuUsage(began);
        overruns++;
        cpuMs += (user + system) / 1_000;
        return failed(tooSlow);
      }
      isInsideLine = cut.endsInsideLine;
      return { taken: cut.taken, matched, problem: null };
    },
  };
}

function compile(pattern: string): RegExp | string {
  if (pattern.length > longestPattern) {
    return `the pattern is longer than ${longestPattern} characters`;
  }
  try {
    return new RegExp(pattern);
  } catch (error) {
    return messageOf(error);
  }
}

interface Cut {
  readonly lines: readonly string[];
  readonly taken: number;
  readonly endsInsideLine: boolean;
}

/** The last line is tested although it may grow; then it is tested again. */
function cutIntoLines(bytes: Buffer, startsInsideLine: boolean): Cut {
  const lines: string[] = [];
  let at = 0;
  let skip = startsInsideLine;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, at)) {
    if (!skip) lines.push(lineOf(bytes.subarray(at, end)));
    skip = false;
    at = end + 1;
  }
  const rest = bytes.subarray(at);
  if (!skip && rest.length > 0) lines.push(lineOf(rest));
  // Of an endless line only the beginning counts, so that it need not be kept.
  const isEndless = rest.length > 0 && (skip || rest.length >= longestLine);
  return { lines, taken: isEndless ? bytes.length : at, endsInsideLine: isEndless };
}

function lineOf(bytes: Buffer): string {
  return bytes.toString('utf8', 0, Math.min(bytes.length, longestLine)).replace(/\r$/, '');
}

const script = new Script('test()');
let context: (Context & { test: () => boolean }) | null = null;

/** null: not done in time. Nothing else in Node can stop a regular expression once it runs. */
function testInTime(expression: RegExp, lines: readonly string[]): boolean | null {
  if (lines.length === 0) return false;
  const test = () => lines.some((line) => expression.test(line));
  context ??= Object.assign(createContext({}), { test });
  context.test = test;
  try {
    return script.runInContext(context, { timeout: budgetMs }) === true;
  } catch {
    return null;
  } finally {
    context.test = () => false;
  }
}

function failed(problem: string): Found {
  return { taken: 0, matched: false, problem };
}
