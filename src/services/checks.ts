/** Describes when a service counts as ready, and whether it still is well. */
import type { Check, CommandSpec, HealthSpec, ReadinessSpec } from '../machines/vocabulary.ts';
import { helperCommand, type Surroundings } from './commands.ts';
import type { HealthcheckFields, ReadyFields } from './definition.ts';
import type { Path } from './problems.ts';
import { absolute, type Site } from './site.ts';

const second = 1_000;

export interface Readiness {
  readonly ready: ReadinessSpec | null;
  readonly settleMs: number;
}

type CheckFields = Pick<
  ReadyFields,
  'tcp' | 'unix' | 'http' | 'status' | 'exec' | 'file' | 'protocol' | 'at'
>;

const questions = ['tcp', 'unix', 'http', 'exec', 'file', 'protocol'] as const;
const own = ['log', 'pidFile', 'notify', 'after'] as const;

/** Without any question: ready once it has lived for a second, or has said so itself. */
export function resolveReady(
  fields: ReadyFields | undefined,
  type: string,
  pidFile: string | null,
  surroundings: Surroundings,
  site: Site,
): Readiness {
  const path = [...site.path, 'ready'];
  const check =
    fields === undefined ? null : checkOf(fields, type, pidFile, path, site, surroundings);
  const asked = check ?? (type === 'notify' ? ({ kind: 'notify' } as const) : null);
  const timeoutMs = fields?.timeout ?? 60 * second;
  const settleMs = fields?.after ?? (fields?.pidFile === true ? 0 : second);
  if (asked === null) return { ready: null, settleMs };
  const ready = {
    check: asked,
    ownsListener: fields?.ownsListener ?? isLocal(asked),
    everyMs: Math.max(1, fields?.interval ?? 250),
    tryMs: Math.max(1, Math.min(fields?.tryTimeout ?? 2 * second, timeoutMs)),
    timeoutMs,
  };
  return { ready, settleMs };
}

function checkOf(
  fields: ReadyFields,
  type: string,
  pidFile: string | null,
  path: Path,
  site: Site,
  surroundings: Surroundings,
): Check | null {
  const asked = [...questions, ...own].filter((key) => isAsked(fields[key]));
  if (asked.length > 1) {
    site.problems.add(path, `asks ${asked.length} questions: ${asked.join(', ')}`, 'ask one');
    return null;
  }
  if (fields.log !== undefined) return { kind: 'log', pattern: fields.log };
  if (fields.notify === true) return { kind: 'notify' };
  // That a service with a PID file has written it is waited for in any case.
  if (fields.pidFile === true && pidFile === null) {
    site.problems.add([...path, 'pidFile'], 'needs a pid_file beside it', 'write pid_file');
  }
  const [question] = asked;
  if (question === undefined && type !== 'notify') {
    site.problems.add(
      path,
      'says how to ask, but not what',
      `write one of ${questions.join(', ')}`,
    );
  }
  return resolveCheck(fields, path, site, surroundings);
}

const isAsked = (value: unknown): boolean => value !== undefined && value !== false;

/** The questions that can be asked of a service at any time. */
function resolveCheck(
  fields: CheckFields,
  path: Path,
  site: Site,
  surroundings: Surroundings,
): Check | null {
  const { tcp, unix, http, exec, file, protocol, at, status } = fields;
  refuseStray(fields, path, site);
  if (tcp !== undefined) return { kind: 'tcp', ...tcp };
  if (unix !== undefined) return { kind: 'unix', path: absolute(site, unix) };
  if (http !== undefined) return { kind: 'http', url: http, status: status ?? null };
  if (file !== undefined) return { kind: 'file', path: absolute(site, file) };
  if (exec !== undefined)
    return execCheck(helperCommand(exec, [...path, 'exec'], site, surroundings));
  if (protocol === undefined || at === undefined) return null;
  const place = at.kind === 'unix' ? { ...at, path: absolute(site, at.path) } : at;
  return { kind: 'protocol', protocol, at: place };
}

function refuseStray(fields: CheckFields, path: Path, { problems }: Site): void {
  const { protocol, at, status, http } = fields;
  if (protocol !== undefined && at === undefined) {
    problems.add([...path, 'protocol'], 'needs "at" beside it', 'write at: 127.0.0.1:6379');
  }
  if (protocol === undefined && at !== undefined) {
    problems.add([...path, 'at'], 'needs "protocol" beside it', 'write protocol, or use tcp');
  }
  if (status !== undefined && http === undefined) {
    problems.add([...path, 'status'], 'needs "http" beside it');
  }
}

const execCheck = (command: CommandSpec | null): Check | null =>
  command && { kind: 'exec', command };

/** A listener on another machine is nobody's here. */
function isLocal(check: Check): boolean {
  switch (check.kind) {
    case 'tcp':
      return isLocalHost(check.host);
    case 'http':
      return isLocalHost(new URL(check.url).hostname);
    case 'unix':
      return true;
    case 'protocol':
      return check.at.kind === 'unix' || isLocalHost(check.at.host);
    default:
      return false;
  }
}

const isLocalHost = (host: string): boolean =>
  /^(?:127(?:\.\d+){3}|0\.0\.0\.0|localhost|\[?::1?\]?)$/.test(host);

export function resolveHealth(
  fields: HealthcheckFields | undefined,
  surroundings: Surroundings,
  site: Site,
): HealthSpec | null {
  if (fields === undefined || fields.disable === true) return null;
  const path = [...site.path, 'healthcheck'];
  const asked = [...questions, 'test' as const].filter((key) => fields[key] !== undefined);
  if (asked.length !== 1) {
    const message = asked.length === 0 ? 'asks nothing' : `asks ${asked.join(' and ')}`;
    site.problems.add(path, message, `write one of test, ${questions.join(', ')}`);
    return null;
  }
  if (Array.isArray(fields.test) && fields.test[0] === 'NONE') return null;
  const check =
    fields.test === undefined
      ? resolveCheck(fields, path, site, surroundings)
      : execCheck(composeTest(fields.test, [...path, 'test'], site, surroundings));
  return (
    check && {
      check,
      everyMs: Math.max(1, fields.interval ?? 10 * second),
      tryMs: Math.max(1, fields.timeout ?? 3 * second),
      retries: Math.max(1, fields.retries ?? 3),
      startPeriodMs: fields.startPeriod ?? 0,
      onFailure: fields.onFailure ?? 'restart',
    }
  );
}

/** compose's forms: a text is for a shell, a list begins with CMD or CMD-SHELL, or is plain. */
function composeTest(
  test: string | readonly string[],
  path: Path,
  site: Site,
  surroundings: Surroundings,
): CommandSpec | null {
  if (typeof test === 'string') return helperCommand(test, path, site, surroundings, true);
  const [first, ...rest] = test;
  if (first === 'CMD-SHELL') return helperCommand(rest.join(' '), path, site, surroundings, true);
  return helperCommand(first === 'CMD' ? rest : test, path, site, surroundings);
}
