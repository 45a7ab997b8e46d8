/**
 * Describes the whole environment of a service: what it was given, over its env
 * files, over the little that it has of the manager. Secrets of whoever ran
 * `drover up` are not among that little.
 */
import { readFileSync } from 'node:fs';
import { findAccount } from './accounts.ts';
import type { Environment } from './compound-fields.ts';
import { parseEnvFile } from './env-file.ts';
import type { Variables } from './interpolate.ts';
import { absolute, type Site } from './site.ts';

export const inheritedByDefault: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_*',
  'TZ',
  'TMPDIR',
];

/** Of the manager's account, and wrong for a service that runs as another. */
const personal: readonly string[] = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR'];

export interface EnvironmentFields {
  readonly inheritEnv?: boolean | readonly string[] | undefined;
  readonly envFile?: readonly string[] | undefined;
  readonly environment?: Environment | undefined;
  readonly user?: string | number | undefined;
}

export interface ResolvedEnvironment {
  readonly all: Readonly<Record<string, string>>;
  /** Without what is the manager's: the part that the configuration decides. */
  readonly declared: Readonly<Record<string, string>>;
}

export function resolveEnvironment(fields: EnvironmentFields, site: Site): ResolvedEnvironment {
  const declared: Record<string, string> = {};
  for (const [index, file] of (fields.envFile ?? []).entries()) {
    Object.assign(declared, readEnvFile(file, index, site));
  }
  for (const [name, value] of Object.entries(fields.environment ?? {})) {
    const known = value ?? site.variables[name];
    if (known !== undefined) declared[name] = known;
  }
  const base = inherited(fields, site.variables);
  const isBare = Object.keys(declared).length === 0;
  return { all: isBare ? base : { ...base, ...declared }, declared };
}

function inherited(
  { inheritEnv = inheritedByDefault, user }: EnvironmentFields,
  variables: Variables,
): Readonly<Record<string, string>> {
  if (user === undefined) return ofManager(inheritEnv, variables);
  const result = { ...ofManager(inheritEnv, variables) };
  for (const name of personal) delete result[name];
  const account = findAccount(user);
  if (account === null) return result;
  return {
    ...result,
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
  };
}

const known = new WeakMap<Variables, Readonly<Record<string, string>>>();

/** Nearly every service has the same part of it: looked for once, however many there are. */
function ofManager(
  which: boolean | readonly string[],
  variables: Variables,
): Readonly<Record<string, string>> {
  const before = which === inheritedByDefault ? known.get(variables) : undefined;
  if (before !== undefined) return before;
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && isInherited(name, which)) result[name] = value;
  }
  if (which === inheritedByDefault) known.set(variables, result);
  return result;
}

function isInherited(name: string, which: boolean | readonly string[]): boolean {
  if (typeof which === 'boolean') return which;
  return which.some((one) =>
    one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one,
  );
}

function readEnvFile(file: string, index: number, site: Site): Readonly<Record<string, string>> {
  const path = [...site.path, 'envFile', index];
  const whole = absolute(site, file);
  let content: string;
  try {
    content = readFileSync(whole, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = isMissing ? 'does not exist' : 'cannot be read';
    site.problems.add(path, `names ${whole}, which ${why}`);
    return {};
  }
  const { values, problems } = parseEnvFile(content, site.variables);
  for (const { line, message, suggestion } of problems) {
    site.problems.put({ file: whole, line, column: 1, path: '', message, suggestion });
  }
  return values;
}
