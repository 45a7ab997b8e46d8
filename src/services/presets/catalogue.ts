/** All presets by name, and how a service is made of one. */
import { join } from 'node:path';
import { findAccount } from '../accounts.ts';
import { findBinary, type Program } from '../binaries.ts';
import { type ServiceDefinition, type ServiceFields, serviceSchema } from '../definition.ts';
import { SupervisorError } from '../errors.ts';
import { parseWith } from '../issues.ts';
import { Problems } from '../problems.ts';
import { absolute, type Site } from '../site.ts';
import { didYouMean } from '../suggestion.ts';
import { commandPreset } from './command.ts';
import { mariadbPreset } from './mariadb.ts';
import { minioPreset } from './minio.ts';
import { mysqlPreset } from './mysql.ts';
import { nginxPreset } from './nginx.ts';
import { phpFpmPreset } from './php-fpm.ts';
import { postgresPreset } from './postgres.ts';
import type { Preset, PresetSite } from './preset.ts';
import { redisPreset, valkeyPreset } from './redis.ts';

export const presets: readonly Preset[] = [
  nginxPreset,
  phpFpmPreset,
  mysqlPreset,
  mariadbPreset,
  postgresPreset,
  redisPreset,
  valkeyPreset,
  minioPreset,
  commandPreset,
];

/** What the machine answers; given by tests. */
export interface Machine {
  find(program: Program): string;
  hasAccount(name: string): boolean;
}

const thisMachine = (site: Site): Machine => ({
  find: (program) => findBinary(program, site.variables['PATH']),
  hasAccount: (name) => findAccount(name) !== null,
});

export function presetSite(site: Site, machine: Machine = thisMachine(site)): PresetSite {
  return {
    ...site,
    home: join(site.stateDir, 'services', site.name),
    absolute: (path) => absolute(site, path),
    find: (program) => machine.find(program),
    accountOf: (...names) => names.find((name) => machine.hasAccount(name)) ?? null,
  };
}

/** The fields that a preset fills; null where it cannot, which is then a problem. */
export function fieldsOfPreset(
  name: string,
  options: unknown,
  site: PresetSite,
  nameKey: (key: string) => string,
): ServiceFields | null {
  const preset = presets.find((one) => one.name === name);
  if (preset === undefined) {
    const names = presets.map((one) => one.name);
    const suggestion = didYouMean(name, names) ?? `there are ${names.join(', ')}`;
    site.problems.add([...site.path, 'preset'], `is "${name}", which is no preset`, suggestion);
    return null;
  }
  const parsed = parseWith(
    preset.schema,
    options ?? {},
    [...site.path, 'with'],
    site.problems,
    nameKey,
  );
  const definition = parsed === null ? null : build(preset, parsed, site);
  return definition === null ? null : parsePresets(definition, name);
}

function build(preset: Preset, options: unknown, site: PresetSite): ServiceDefinition | null {
  try {
    return preset.build(options as never, site);
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    site.problems.add([...site.path, 'preset'], error.message, error.hint);
    return null;
  }
}

/** What a preset makes is held to the same rules; a mistake in it is ours. */
function parsePresets(definition: ServiceDefinition, name: string): ServiceFields {
  const problems = new Problems();
  const fields = parseWith(serviceSchema, definition, ['preset', name], problems);
  problems.throwIfAny();
  if (fields === null) throw new Error(`preset ${name} makes no service`);
  return fields;
}
