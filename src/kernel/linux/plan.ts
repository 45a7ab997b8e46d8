/**
 * Decides how a command is launched: whom it becomes, and what is put before it.
 */
import os from 'node:os';
import type { CommandSpec } from '../../machines/vocabulary.ts';
import { type Identifiers, resolveCredentials } from '../credentials.ts';
import { lifelineDescriptor } from './holders.ts';
import type { LaunchOutput, LaunchPlan } from './launch-plan.ts';
import { findObstacle, type Problem } from './problems.ts';
import { wrapperOf } from './wrapper.ts';

/** What a launch needs besides its command. */
export interface LaunchContext {
  /** null: the program gets none. */
  readonly lifeline: string | null;
  /** A file or a pipe; null: output is thrown away. */
  readonly output: LaunchOutput | null;
  readonly extraEnv: Readonly<Record<string, string>>;
}

/** A plan that can be launched, with what it would be without any wrapper. */
export interface Planned {
  readonly plan: LaunchPlan;
  /** What the user asked to run, for messages. */
  readonly plain: LaunchPlan;
}

export function planLaunch(command: CommandSpec, context: LaunchContext): Planned | Problem {
  const identifiers = whomToBecome(command);
  if (identifiers !== null && 'problem' in identifiers) return about(command, identifiers);
  if (!mayBeNice(command)) return about(command, notNice);
  const wrapper = wrapperOf(command.limits, identifiers);
  if ('problem' in wrapper) return about(command, wrapper);

  const plain = plainPlan(command, context, identifiers);
  const [first, ...rest] = [...wrapper, ...plain.argv];
  if (wrapper.length === 0 || first === undefined) return { plan: plain, plain };
  // The wrapper would start in place of a missing program, and fail with a mere exit code.
  const obstacle = findObstacle(plain);
  return obstacle ?? { plan: { ...plain, argv: [first, ...rest], uid: null, gid: null }, plain };
}

function plainPlan(
  command: CommandSpec,
  { lifeline, output, extraEnv }: LaunchContext,
  identifiers: Identifiers | null,
): LaunchPlan {
  return {
    argv: command.argv,
    cwd: command.cwd,
    env: { ...command.env, ...extraEnv },
    uid: identifiers?.uid ?? null,
    gid: identifiers?.gid ?? null,
    umask: command.umask,
    nice: command.nice,
    lifeline: lifeline === null ? null : { path: lifeline, descriptor: lifelineDescriptor },
    output: output?.kind === 'file' ? { ...output, owner: identifiers } : output,
  };
}

/** null where the command runs as what we are anyway. */
function whomToBecome(command: CommandSpec): Identifiers | Problem | null {
  const identifiers = command.credentials && resolveCredentials(command.credentials);
  if (identifiers === null || 'problem' in identifiers || isRoot()) return identifiers;
  const isUs = identifiers.uid === process.geteuid?.() && identifiers.gid === process.getegid?.();
  return isUs ? null : notPermitted(command.credentials?.user ?? identifiers.uid);
}

function notPermitted(user: string | number): Problem {
  const reason = `only root may run it as "${user}"; run drover as root, or leave the user out`;
  return { problem: 'not-permitted', reason };
}

const notNice: Problem = {
  problem: 'not-permitted',
  reason: 'only root may lower its nice value; run drover as root, or leave it out',
};

function mayBeNice({ nice }: CommandSpec): boolean {
  return nice === null || isRoot() || nice >= os.getPriority();
}

const isRoot = () => process.geteuid?.() === 0;

function about(command: CommandSpec, { problem, reason }: Problem): Problem {
  return { problem, reason: `cannot start "${command.argv[0]}": ${reason}` };
}
