/** From a configuration in faultless JSON to a spec, without the parser of YAML and its weight. */
import { dirname } from 'node:path';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import type { Variables } from './interpolate.ts';
import { doubtful, readJson } from './json-reader.ts';
import { Flawed, NoProblems, somewhere } from './problems.ts';
import { type Circumstances, resolveUnknown } from './resolve.ts';

/** null: it is something else, or something is wrong, which `parseText` then says. */
export function parseJson(
  file: string,
  content: string,
  env: Variables,
  circumstances: Circumstances,
): ProjectSpec | null {
  const config = readJson(content, env);
  if (config === doubtful) return null;
  const options = { baseDir: dirname(file), env, file };
  const faultless = { ...circumstances, source: somewhere, problems: new NoProblems() };
  try {
    return resolveUnknown(config, options, faultless);
  } catch (error) {
    if (error instanceof Flawed) return null;
    throw error;
  }
}
