/** Describes the programs that a service consists of: its own, and those of its checks and steps. */
import type { CommandSpec, Credentials } from '../machines/vocabulary.ts';
import { shellCommand, splitCommand } from './command-line.ts';
import type { Limit } from './compound-fields.ts';
import { Complaint } from './field.ts';
import type { Path } from './problems.ts';
import type { Site } from './site.ts';
import { didYouMean } from './suggestion.ts';

type Argv = readonly [string, ...string[]];

/** What every program of one service shares. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly credentials: Credentials | null;
}

/** A helper: a check, a step of a stop or a preparation. null: it is a problem. */
export function helperCommand(
  written: string | readonly string[],
  at: Path,
  site: Site,
  surroundings: Surroundings,
  isShell = false,
): CommandSpec | null {
  const argv = resolveArgv(written, at, site, isShell);
  return argv && { argv, ...surroundings, umask: null, nice: null, limits: {} };
}

export function resolveArgv(
  written: string | readonly string[],
  at: Path,
  { problems }: Site,
  isShell = false,
): Argv | null {
  if (isShell && typeof written !== 'string') {
    problems.add(at, 'is a list, and a shell takes one text', 'leave "shell" out, or write a text');
    return null;
  }
  if (isShell && typeof written === 'string') return shellCommand(written);
  const words = typeof written === 'string' ? splitCommand(written) : written;
  if (words instanceof Complaint) {
    problems.add(at, words.message, words.suggestion);
    return null;
  }
  const [program] = words;
  if (program === undefined || program === '' || words.some((word) => word.includes('\0'))) {
    problems.add(at, program ? 'must not contain a NUL byte' : 'must name a program');
    return null;
  }
  // A copy of its own size: what was put together piece by piece keeps room for more.
  return words.slice() as readonly string[] as Argv;
}

export function resolveCredentials(
  { user, group }: { user?: string | number | undefined; group?: string | number | undefined },
  site: Site,
): Credentials | null {
  if (user !== undefined) return { user, group: group ?? null };
  if (group !== undefined) {
    site.problems.add([...site.path, 'group'], 'needs a user beside it', 'write user as well');
  }
  return null;
}

const resources = (
  'as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime ' +
  'sigpending stack'
).split(' ');

export function resolveLimits(
  limits: Readonly<Record<string, Limit>>,
  site: Site,
): Readonly<Record<string, Limit>> {
  for (const [name, { soft, hard }] of Object.entries(limits)) {
    const path = [...site.path, 'limits', name];
    if (!resources.includes(name)) {
      const known = `there are ${resources.join(', ')}`;
      site.problems.add(path, 'is no resource', didYouMean(name, resources) ?? known, 'key');
    } else if (size(soft) > size(hard)) {
      site.problems.add(path, `has a soft limit of ${soft} above its hard limit of ${hard}`);
    }
  }
  return limits;
}

const size = (limit: string): number =>
  limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
