/** Which of many things that overlap decide when the last is over. Pure arithmetic. */
import type { Name, Status } from '../machines/vocabulary.ts';
import type { Change } from './timeline.ts';

export interface Phase {
  readonly state: Status;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One service under way, from one rest to the next. */
export interface Interval {
  readonly service: Name;
  readonly fromMs: number;
  readonly toMs: number;
  readonly phases: readonly Phase[];
}

const restful: ReadonlySet<Status> = new Set(['stopped', 'running', 'completed', 'failed']);

/** Changes of state, in the order of time, as what each service is busy with. */
export function intervalsOf(changes: readonly Change[]): readonly Interval[] {
  const intervals: Interval[] = [];
  const open = new Map<Name, { at: number; state: Status; phases: Phase[] }>();
  for (const { at, service, to } of changes) {
    const under = open.get(service);
    const phases = under?.phases ?? [];
    if (under !== undefined && (at > under.at || phases.length === 0)) {
      phases.push({ state: under.state, fromMs: under.at, toMs: at });
    }
    const isStartAfterStop = to === 'starting' && under !== undefined;
    if (phases.length > 0 && (restful.has(to) || isStartAfterStop)) {
      intervals.push({ service, fromMs: phases[0]?.fromMs ?? at, toMs: at, phases });
      open.delete(service);
    }
    if (restful.has(to)) open.delete(service);
    else open.set(service, { at, state: to, phases: isStartAfterStop ? [] : phases });
  }
  return intervals.sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
}

/** From the last end backwards: each began when another had ended. */
export function criticalPath(intervals: readonly Interval[]): readonly Interval[] {
  const path: Interval[] = [];
  let next = latest(intervals);
  while (next !== null) {
    path.unshift(next);
    const { fromMs } = next;
    if (fromMs <= 0) break;
    next = latest(intervals.filter((one) => one.toMs <= fromMs && !path.includes(one)));
  }
  return path;
}

function latest(intervals: readonly Interval[]): Interval | null {
  let found: Interval | null = null;
  for (const one of intervals) {
    const isLonger = found !== null && one.toMs === found.toMs && one.fromMs < found.fromMs;
    if (found === null || one.toMs > found.toMs || isLonger) found = one;
  }
  return found;
}
