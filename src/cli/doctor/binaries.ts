/** Asks whether the programs, directories and accounts of the services are there. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { CommandSpec, ServiceSpec } from '../../machines/vocabulary.ts';
import { findAccount } from '../../services/accounts.ts';
import { servicesOf } from '../../services/members.ts';
import type { Finding, Patient } from './finding.ts';

export function checkPrograms({ spec }: Patient): readonly Finding[] {
  return spec === null ? [] : servicesOf(spec.root).flatMap(programFindings);
}

function programFindings({ name, command, prepare }: ServiceSpec): readonly Finding[] {
  const helpers = prepare.flatMap((step) => step.command ?? []);
  return [
    ...[command, ...helpers].flatMap((one) => missingProgram(name, one) ?? []),
    ...(missingDirectory(name, command, prepare) ?? []),
    ...accountFindings(name, command),
  ];
}

function missingProgram(service: string, { argv, cwd, env }: CommandSpec): Finding | null {
  const [program] = argv;
  if (candidates(program, cwd, env['PATH'] ?? '').some(isExecutable)) return null;
  const isPath = program.includes('/');
  return {
    code: 'missing-binary',
    level: 'error',
    service,
    message: isPath
      ? `"${service}" runs ${resolve(cwd, program)}, which ${stateOf(resolve(cwd, program))}`
      : `"${service}" runs ${program}, which is in no directory of its PATH`,
    advice: isPath ? 'make it, or correct its command' : `install it, or write its whole path`,
  };
}

function candidates(program: string, cwd: string, searched: string): readonly string[] {
  if (isAbsolute(program)) return [program];
  if (program.includes('/')) return [resolve(cwd, program)];
  return searched
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, program));
}

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'does not exist';
  return stats.isFile() ? 'may not be executed' : 'is no file';
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A directory that is prepared before the start need not be there yet. */
function missingDirectory(
  service: string,
  { cwd }: CommandSpec,
  prepare: ServiceSpec['prepare'],
): readonly Finding[] | null {
  const isMade = prepare.some(({ directories }) => directories.some(({ path }) => path === cwd));
  if (isMade || statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true) return null;
  return [
    {
      code: 'missing-directory',
      level: 'error',
      service,
      message: `"${service}" runs in ${cwd}, which is no directory`,
      advice: 'make it, or correct cwd',
    },
  ];
}

function accountFindings(service: string, { credentials }: CommandSpec): readonly Finding[] {
  if (credentials === null) return [];
  const { user } = credentials;
  const account = findAccount(user);
  if (account === null && typeof user === 'string') {
    const advice = `make it: useradd --system ${user}`;
    const message = `"${service}" runs as ${user}, and there is no such account`;
    return [{ code: 'unknown-user', level: 'error', service, message, advice }];
  }
  const uid = account?.uid ?? Number(user);
  if (process.geteuid?.() === 0 || process.geteuid?.() === uid) return [];
  const message = `"${service}" runs as ${user}, and only root can start a program as somebody else`;
  return [
    {
      code: 'not-root',
      level: 'error',
      service,
      message,
      advice: 'run drover as root, or leave user out',
    },
  ];
}
