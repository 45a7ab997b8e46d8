/**
 * Tells apart why a program could not be started. The OS says ENOENT for a missing
 * program, interpreter and directory alike, so the places are looked at, but only
 * after a failure: the good path stays fast.
 */
import { statSync } from 'node:fs';
import type { SpawnProblem } from '../../machines/vocabulary.ts';
import { codeOf } from './errno.ts';
import type { LaunchFailure, LaunchPlan } from './launch-plan.ts';
import { interpreterOf, isElf, locate } from './search-path.ts';

/** Which of the known problems it is, and one sentence that says what to do. */
export interface Problem {
  readonly problem: SpawnProblem;
  readonly reason: string;
}

/** Shortages that pass by themselves, or that somebody must see to. */
export const outOfResources: Readonly<Record<string, string>> = {
  EMFILE: 'drover has too many files open; raise its limit of open files (ulimit -n)',
  ENFILE: 'the system has too many files open',
  EAGAIN: 'the limit of processes is reached (ulimit -u, or pids.max of the cgroup)',
  ENOMEM: 'there is not enough memory',
  ENOSPC: 'the disk is full',
  ELAUNCHER:
    'the process that starts programs for drover has ended; the next start makes a new one',
};

/** What the failure of this plan means. */
export function diagnose(plan: LaunchPlan, failure: LaunchFailure): Problem {
  if (failure.stage === 'output') return diagnoseOutput(plan, failure);
  if (failure.stage === 'lifeline') return diagnoseLifeline(plan, failure);
  return diagnoseSpawn(plan, failure);
}

function diagnoseOutput(plan: LaunchPlan, failure: LaunchFailure): Problem {
  const why = outOfResources[failure.code];
  if (why !== undefined && failure.code !== 'ENOSPC') return say(plan, 'out-of-resources', why);
  const path = plan.output?.path ?? '';
  const hints: Readonly<Record<string, string>> = {
    ELOOP: 'it is a symbolic link, which drover does not follow; remove it',
    ENOENT: 'its directory does not exist; make it',
    EACCES: 'drover has no right to write there',
    EISDIR: 'it is a directory',
    EROFS: 'the file system is read-only',
    EINVAL: failure.message,
  };
  const reason = why ?? hints[failure.code] ?? failure.message;
  return { problem: 'log-not-writable', reason: `cannot write the log ${path}: ${reason}` };
}

function diagnoseLifeline(plan: LaunchPlan, failure: LaunchFailure): Problem {
  const why = outOfResources[failure.code];
  if (why !== undefined) return say(plan, 'out-of-resources', why);
  const reason = `cannot use the lifeline ${plan.lifeline?.path}: ${failure.message}`;
  return { problem: 'other', reason };
}

function diagnoseSpawn(plan: LaunchPlan, failure: LaunchFailure): Problem {
  const why = outOfResources[failure.code];
  if (why !== undefined) return say(plan, 'out-of-resources', why);
  switch (failure.code) {
    case 'E2BIG':
      return tooLong(plan);
    case 'ERR_INVALID_ARG_VALUE':
      return say(plan, 'nul-byte', 'its arguments, environment or directory contain a NUL byte');
    case 'EPERM':
      return say(plan, 'not-permitted', `drover may not become user ${plan.uid}; run it as root`);
    case 'EACCES':
      return findObstacle(plan) ?? forbidden(plan);
    case 'ENOENT':
      return findObstacle(plan) ?? withoutLoader(plan, failure.message);
    case 'ENOTDIR':
    case 'ELOOP':
      return findObstacle(plan) ?? say(plan, 'other', failure.message);
    default:
      return say(plan, 'other', failure.message);
  }
}

/** Looks at the directory, the program and its interpreter, in the order of their use. */
export function findObstacle(plan: LaunchPlan): Problem | null {
  return obstacleInCwd(plan) ?? obstacleInProgram(plan);
}

function obstacleInCwd(plan: LaunchPlan): Problem | null {
  try {
    const stats = statSync(plan.cwd, { throwIfNoEntry: false });
    if (stats === undefined) {
      return say(plan, 'missing-cwd', `its directory ${plan.cwd} does not exist; make it`);
    }
    if (!stats.isDirectory()) return say(plan, 'missing-cwd', `${plan.cwd} is no directory`);
    // Looking through the directory needs the same right as entering it.
    statSync(`${plan.cwd}/.`);
    return null;
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') {
      return say(plan, 'missing-cwd', `a part of its directory ${plan.cwd} is no directory`);
    }
    return say(plan, 'forbidden-cwd', `drover may not enter its directory ${plan.cwd}`);
  }
}

function obstacleInProgram(plan: LaunchPlan): Problem | null {
  const [file] = plan.argv;
  const path = plan.env['PATH'];
  const located = locate(file, plan.cwd, path);
  if (located.kind === 'missing') return missing(plan, file, path);
  if (located.kind === 'not-executable') {
    return say(plan, 'not-executable', `${located.path} cannot be run: ${located.why}`);
  }
  return obstacleInInterpreter(plan, located.path);
}

function obstacleInInterpreter(plan: LaunchPlan, program: string): Problem | null {
  const interpreter = interpreterOf(program);
  if (interpreter === null) return null;
  const located = locate(
    interpreter.includes('/') ? interpreter : `./${interpreter}`,
    plan.cwd,
    '',
  );
  if (located.kind === 'found') return null;
  const why = `${program} is a script for ${interpreter}, which is not there or cannot be run`;
  return say(plan, 'missing-interpreter', `${why}; install it, or mend the script's first line`);
}

/** Whatever drover may do itself, the user it should run as may not. */
function forbidden(plan: LaunchPlan): Problem {
  const who = plan.uid === null ? 'drover' : `user ${plan.uid}`;
  return say(plan, 'not-executable', `${who} has no right to run it`);
}

function withoutLoader(plan: LaunchPlan, message: string): Problem {
  const located = locate(plan.argv[0], plan.cwd, plan.env['PATH']);
  if (located.kind !== 'found' || !isElf(located.path)) return say(plan, 'other', message);
  const why = `the loader that ${located.path} was built for is not installed (see file(1))`;
  return say(plan, 'missing-interpreter', why);
}

function missing(plan: LaunchPlan, file: string, path: string | undefined): Problem {
  const where = file.includes('/') ? '' : ` in the service's own PATH, ${pathText(path)}`;
  return say(plan, 'missing-binary', `there is no ${file}${where}; install it or mend its path`);
}

function pathText(path: string | undefined): string {
  return path === undefined ? 'which is not set' : `which is ${path.slice(0, 200)}`;
}

function tooLong(plan: LaunchPlan): Problem {
  const advice = 'shorten them, or put them in a file';
  return say(
    plan,
    'arguments-too-long',
    `its arguments and environment are longer than the OS allows; ${advice}`,
  );
}

function say(plan: LaunchPlan, problem: SpawnProblem, why: string): Problem {
  return { problem, reason: `cannot start "${plan.argv[0]}": ${why}` };
}
