/** Configurations as text and as values, resolved without looking at this machine. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ChildSpec,
  GroupSpec,
  ProjectSpec,
  ServiceSpec,
} from '../../src/machines/vocabulary.ts';
import type { Config, ServiceDefinition } from '../../src/services/definition.ts';
import { loadProject } from '../../src/services/load.ts';
import { ConfigError, type Problem } from '../../src/services/problems.ts';
import { type Circumstances, resolveProject } from '../../src/services/resolve.ts';
import { temporaryDirectory } from './temporary.ts';

export const env = { PATH: '/usr/bin:/bin', HOME: '/home/ann', LANG: 'C', SECRET: 'x' };

/** Has every program, and the accounts that packages make. */
export const machine = {
  find: ({ names }: { readonly names: readonly string[] }) => `/opt/bin/${names[0]}`,
  hasAccount: (name: string) => ['mysql', 'postgres', 'www-data'].includes(name),
};

export const resolved = (config: Config, circumstances: Circumstances = {}): ProjectSpec =>
  resolveProject(
    config,
    { baseDir: '/srv/app', env },
    { isRoot: false, machine, ...circumstances },
  );

/** The only service of a configuration that has nothing else. */
export const one = (service: ServiceDefinition, circumstances: Circumstances = {}): ServiceSpec => {
  const spec = resolved({ services: { web: service } }, circumstances).root.children[0]?.spec;
  if (spec?.kind !== 'service') throw new Error('it is no service');
  return spec;
};

export const write = (content: string, name = 'drover.yaml'): string => {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, content);
  return file;
};

export const load = (content: string, name?: string): Promise<ProjectSpec> =>
  loadProject(write(content, name), { env }, { isRoot: false, machine });

/** What is wrong with it, as `line:column path message; suggestion`. */
export async function problemsOf(content: string, name?: string): Promise<readonly string[]> {
  return (await rejected(load(content, name))).map(
    ({ line, column, path, message, suggestion }) =>
      `${line}:${column} ${path} ${message}${suggestion === null ? '' : `; ${suggestion}`}`,
  );
}

export const complaintsOf = (config: Config): readonly string[] => {
  try {
    resolved(config);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
};

async function rejected(loading: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await loading;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

export const childrenOf = (group: GroupSpec): readonly string[] =>
  group.children.map(({ spec }) => spec.name);

export const groupIn = (children: readonly ChildSpec[], name: string): GroupSpec => {
  const spec = children.find((child) => child.spec.name === name)?.spec;
  if (spec?.kind !== 'group') throw new Error(`there is no group ${name}`);
  return spec;
};
