/** What was covered and what was not, in words: for people, and for a test that fails by it. */
import type { Coverage } from './instrument.ts';

/** Names of what need not be covered, and why it cannot be. */
export type Allowed = Readonly<Record<string, string>>;

export interface Report {
  readonly text: string;
  /** Not covered and not allowed to be, or allowed to be and covered. */
  readonly problems: readonly string[];
}

export function reportOf(title: string, coverage: Coverage, allowed: Allowed): Report {
  const states = namesOf(coverage.states, (times) => times > 0, 'never entered');
  const transitions = namesOf(coverage.transitions, ({ times }) => times > 0, 'never taken');
  const guarded = new Map([...coverage.transitions].filter(([, { guard }]) => guard !== null));
  const yes = namesOf(guarded, ({ guard }) => (guard?.yes ?? 0) > 0, 'its guard never said yes');
  const no = namesOf(guarded, ({ guard }) => (guard?.no ?? 0) > 0, 'its guard never said no');
  const all = [states, transitions, yes, no];
  const missing = new Set(all.flatMap((one) => one.missing));
  const expected = new Set(Object.keys(allowed));
  const problems = [
    ...[...missing].filter((name) => !expected.has(name)),
    ...[...expected]
      .filter((name) => !missing.has(name))
      .map((name) => `is covered after all: ${name}`),
  ];
  const lines = [
    `${title}: ${told(states)} states, ${told(transitions)} transitions,`,
    `  guards: ${told(yes)} said yes, ${told(no)} said no`,
    ...[...missing].map((name) => `  ${name} (${allowed[name] ?? 'NOT COVERED'})`),
  ];
  return { text: lines.join('\n'), problems };
}

interface Names {
  readonly count: number;
  readonly missing: readonly string[];
}

function namesOf<T>(
  all: ReadonlyMap<string, T>,
  isCovered: (one: T) => boolean,
  fault: string,
): Names {
  const missing = [...all]
    .filter(([, one]) => !isCovered(one))
    .map(([name]) => `${name}: ${fault}`);
  return { count: all.size, missing };
}

const told = ({ count, missing }: Names): string => `${count - missing.length} of ${count}`;
