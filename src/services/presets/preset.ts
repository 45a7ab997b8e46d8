/** What a preset is: a typed way of saying "run this server as it wants to be run". */
import type { z } from 'zod';
import type { Program } from '../binaries.ts';
import type { ServiceDefinition } from '../definition.ts';
import type { Problems } from '../problems.ts';
import type { Site } from '../site.ts';

/** What a preset may know and ask while a service is made of its options. */
export interface PresetSite extends Site {
  /** `<stateDir>/services/<name>`: everything that is of this one service. */
  readonly home: string;
  /** Relative to the configuration file. */
  absolute(path: string): string;
  /** Throws a SupervisorError `missing-binary`. */
  find(program: Program): string;
  /** The first of these accounts that the machine has. */
  accountOf(...names: readonly string[]): string | null;
}

export interface Preset<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly schema: Schema;
  /** `options` is what the schema made of `with`. */
  readonly build: (options: never, site: PresetSite) => ServiceDefinition;
}

/** Ties the options that `build` takes to the schema that made them. */
export const definePreset = <Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  build: (options: z.output<Schema>, site: PresetSite) => ServiceDefinition,
) => ({ name, schema, build });

/** Where options contradict each other, and a schema cannot say so. */
export function complain(
  site: { readonly path: Site['path']; readonly problems: Problems },
  option: string,
  message: string,
  suggestion: string | null = null,
): void {
  site.problems.add([...site.path, 'with', option], message, suggestion);
}
