/** From the text of a configuration file to a spec. Loaded when there is one to read. */
import { dirname } from 'node:path';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import type { Variables } from './interpolate.ts';
import { Problems } from './problems.ts';
import { type Circumstances, resolveUnknown } from './resolve.ts';
import { readSource } from './source.ts';
import { TextSource } from './text-source.ts';

export function parseText(
  file: string,
  content: string,
  env: Variables,
  circumstances: Circumstances,
): ProjectSpec {
  const source = new TextSource(file);
  const problems = new Problems(source);
  const config = readSource(content, source, problems, env);
  if (config === undefined) problems.throwIfAny();
  const options = { baseDir: dirname(file), env, file };
  return resolveUnknown(config, options, { ...circumstances, source, problems });
}
