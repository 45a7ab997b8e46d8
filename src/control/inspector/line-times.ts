/**
 * When lines of the past were written: as they say themselves, else about when the run
 * that wrote them had come so far, else as old as the line before, for they were only
 * read now.
 */
import type { RecordedLine } from '../../inspection/protocol.ts';
import type { LogLine } from '../../runtime/api.ts';
import { timeIn } from '../../runtime/log-time.ts';
import type { PastRuns } from './past-runs.ts';
import { type Run, runAt, timeAt } from './runs.ts';

export type ReadLine = Pick<LogLine, 'service' | 'text' | 'at' | 'log' | 'offset'>;

interface Fact {
  readonly line: ReadLine;
  /** What it says itself. */
  readonly own: number | null;
  readonly run: Run | null;
  /** It came after what is known of the runs. */
  readonly isNew: boolean;
}

interface Before {
  readonly at: number;
  readonly run: Run | null;
  /** It, or one before it in the same run, said so itself. */
  readonly isDated: boolean;
}

/** Some write whole seconds. */
const coarseMs = 1_000;

const isWithin = (at: number, { from, until }: Run): boolean =>
  at >= from - coarseMs && at <= until + coarseMs;

export class LineTimes {
  readonly #read: () => ReadonlyMap<string, PastRuns>;
  readonly #before = new Map<string, Before>();
  #past: ReadonlyMap<string, PastRuns> | null = null;

  /** `past` is asked for at the first line that needs it. */
  constructor(past: () => ReadonlyMap<string, PastRuns> = () => new Map()) {
    this.#read = past;
  }

  /** Lines of several services, each in its own order. */
  of(lines: readonly ReadLine[]): readonly RecordedLine[] {
    const facts = lines.map((line) => this.#fact(line));
    const bounds = nextDates(facts);
    return facts.map((fact, i) => {
      const { service, text } = fact.line;
      const { isAbout, ...now } = this.#told(fact, bounds[i] ?? null);
      this.#before.set(service, now);
      return { service, text, at: now.at, ...(isAbout ? { about: true } : {}) };
    });
  }

  #fact(line: ReadLine): Fact {
    const own = timeIn(line.text);
    this.#past ??= this.#read();
    const past = this.#past.get(line.service);
    if (past === undefined || past.log !== line.log) return { line, own, run: null, isNew: false };
    return { line, own, run: runAt(past.runs, line.offset), isNew: line.offset > past.end };
  }

  #told({ line, own, run, isNew }: Fact, next: number | null): Before & { isAbout?: true } {
    if (own !== null) return { at: Math.min(line.at, own), run, isDated: true };
    if (isNew) return { at: line.at, run, isDated: false };
    const before = this.#before.get(line.service);
    if (run === null) {
      return { at: Math.min(line.at, before?.at ?? line.at), run, isDated: false };
    }
    const latest = Math.min(run.until, line.at);
    const last = before?.run === run && isWithin(before.at, run) ? before : null;
    const least = Math.max(run.from, last?.at ?? run.from);
    if (last?.isDated === true) return { at: Math.min(latest, least), run, isDated: true };
    const most = next === null ? latest : Math.min(latest, Math.max(run.from, next));
    const at = Math.min(most, Math.max(least, timeAt(run, line.offset)));
    return { at, run, isDated: false, isAbout: true };
  }
}

/** Of each line: what the next one of its run says of itself, which it cannot be later than. */
function nextDates(facts: readonly Fact[]): readonly (number | null)[] {
  const next = new Map<Run, number>();
  return facts
    .toReversed()
    .map(({ own, run }) => {
      if (run !== null && own !== null && isWithin(own, run)) next.set(run, own);
      return run === null ? null : (next.get(run) ?? null);
    })
    .reverse();
}
