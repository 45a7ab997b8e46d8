/** Parses a configuration part by part, so that one bad service does not hide what is wrong with the rest. */
import { z } from 'zod';
import type { Name } from '../machines/vocabulary.ts';
import {
  type ConfigFields,
  configSchema,
  type GroupFields,
  groupSchema,
  type ServiceFields,
  serviceSchema,
} from './definition.ts';
import { parseWith } from './issues.ts';
import { forbiddenKeys } from './keys.ts';
import type { Problems } from './problems.ts';
import { rootName } from './tree.ts';

export interface ParsedConfig {
  readonly top: Partial<Omit<ConfigFields, 'services' | 'groups'>>;
  /** null: it is there, but cannot be used. */
  readonly services: ReadonlyMap<Name, ServiceFields | null>;
  readonly groups: ReadonlyMap<Name, GroupFields | null>;
  /** What can be read of who needs whom, also of those that cannot be used. */
  readonly dependsOn: ReadonlyMap<Name, ServiceFields['dependsOn']>;
  readonly children: ReadonlyMap<Name, readonly Name[]>;
}

const needing = z.object({ dependsOn: serviceSchema.shape.dependsOn });
const parental = z.object({ children: groupSchema.shape.children });

const unread = z.record(z.string(), z.unknown());
const topSchema = configSchema.extend({ services: unread, groups: unread.optional() });

const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export function parseConfig(
  config: unknown,
  problems: Problems,
  nameKey: (key: string) => string,
): ParsedConfig {
  const top = parseWith(topSchema, config, [], problems, nameKey);
  const parse = <Schema extends z.ZodType>(schema: Schema, kind: 'services' | 'groups') => {
    const parsed = new Map<Name, z.output<Schema> | null>();
    for (const [name, value] of entriesOf(config, kind)) {
      checkName(name, kind, problems);
      parsed.set(name, parseWith(schema, value, [kind, name], problems, nameKey));
    }
    return parsed;
  };
  const services = parse(serviceSchema, 'services');
  const groups = parse(groupSchema, 'groups');
  for (const name of groups.keys()) {
    if (!services.has(name)) continue;
    problems.add(['groups', name], 'has the name of a service', 'every name is there once', 'key');
  }
  if (top !== null && services.size === 0)
    problems.add(['services'], 'has no service', null, 'key');
  const dependsOn = new Map(
    entriesOf(config, 'services').map(([name, value]) => [
      name,
      (services.get(name) ?? needing.safeParse(value).data)?.dependsOn,
    ]),
  );
  const children = new Map(
    entriesOf(config, 'groups').map(([name, value]) => [
      name,
      (groups.get(name) ?? parental.safeParse(value).data)?.children ?? [],
    ]),
  );
  return { top: top ?? {}, services, groups, dependsOn, children };
}

/** Also of a configuration with something else wrong at its top. */
function entriesOf(config: unknown, kind: 'services' | 'groups'): readonly [string, unknown][] {
  if (typeof config !== 'object' || config === null || !Object.hasOwn(config, kind)) return [];
  const { [kind]: map }: { services?: unknown; groups?: unknown } = config;
  return typeof map === 'object' && map !== null && !Array.isArray(map) ? Object.entries(map) : [];
}

function checkName(name: Name, kind: 'services' | 'groups', problems: Problems): void {
  const path = [kind, name];
  if (name === rootName || forbiddenKeys.has(name)) {
    problems.add(path, 'is a name that is taken', 'choose another one', 'key');
  } else if (!namePattern.test(name)) {
    const usable = name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '');
    const rule = 'is no name: lower-case letters, digits, ".", "_" and "-", at most 64';
    const meant = namePattern.test(usable) ? `write "${usable}"` : null;
    problems.add(path, rule, meant, 'key');
  }
}
