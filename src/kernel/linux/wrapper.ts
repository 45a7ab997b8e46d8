/**
 * Decides which small programs of util-linux set what Node cannot: limits, and the
 * groups that list a user. Each ends in exec, so the process stays the same one.
 *
 * Node raises its own soft limit of open files to the hard one, children inherit that,
 * and what it was before cannot be asked. So only a limit that is written down is set.
 */
import { spawnSync } from 'node:child_process';
import type { CommandSpec } from '../../machines/vocabulary.ts';
import type { Identifiers } from '../credentials.ts';
import type { Problem } from './problems.ts';
import { findTool } from './search-path.ts';

const resources =
  /^(as|core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)$/;

/** The words to put before a command; none for most commands. */
export function wrapperOf(
  limits: CommandSpec['limits'],
  identifiers: Identifiers | null,
): readonly string[] | Problem {
  const limiting = limitWords(limits);
  if ('problem' in limiting || identifiers === null) return limiting;
  // Node can set user and group, but drops all other groups, and does so before prlimit could raise.
  if (identifiers.groups.length === 0 && limiting.length === 0) return [];
  const becoming = becomeWords(identifiers);
  return 'problem' in becoming ? becoming : [...limiting, ...becoming];
}

function becomeWords({ uid, gid, groups }: Identifiers): readonly string[] | Problem {
  const setpriv = findTool('setpriv');
  if (setpriv === null) return needs('setpriv', 'to run as a user with further groups');
  const others = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`;
  return [setpriv, `--reuid=${uid}`, `--regid=${gid}`, others, '--'];
}

function limitWords(limits: CommandSpec['limits']): readonly string[] | Problem {
  const entries = Object.entries(limits);
  if (entries.length === 0) return [];
  const unknown = entries.find(([name]) => !resources.test(name));
  if (unknown !== undefined) {
    return { problem: 'other', reason: `there is no limit "${unknown[0]}"; see prlimit(1)` };
  }
  const prlimit = findTool('prlimit');
  if (prlimit === null) return needs('prlimit', 'to set limits');
  const words = entries.map(([name, { soft, hard }]) => `--${name}=${soft}:${hard}`);
  return tryLimits(prlimit, words) ?? [prlimit, ...words, '--'];
}

/** Limits that were set once can be set again. */
const tried = new Set<string>();

/** Tried on nothing first: prlimit would fail in place of the service, with a mere exit code. */
function tryLimits(prlimit: string, words: readonly string[]): Problem | null {
  const key = words.join(' ');
  if (tried.has(key)) return null;
  const trial = spawnSync(prlimit, [...words, '--', 'true'], { encoding: 'utf8' });
  if (trial.status === 0) {
    tried.add(key);
    return null;
  }
  const why = (trial.error?.message ?? trial.stderr).trim().split('\n')[0] ?? '';
  const problem = why.includes('permitted') ? 'not-permitted' : 'other';
  return { problem, reason: `its limits cannot be set: ${why}` };
}

function needs(tool: string, purpose: string): Problem {
  return { problem: 'other', reason: `${tool} is needed ${purpose}; install util-linux` };
}
