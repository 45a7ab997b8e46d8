/** From the text of a configuration file to a spec. Loaded when there is one to read. */
import { dirname } from 'node:path';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import type { Variables } from './interpolate.ts';
import { Flawed, NoProblems, Problems, type Source, somewhere } from './problems.ts';
import { type Circumstances, resolveUnknown } from './resolve.ts';
import { SourceText } from './source.ts';
import { TextSource } from './text-source.ts';

/**
 * Read without a word of what stands where, for nearly every configuration is right; and
 * from its beginning once more where it is not.
 */
export function parseText(
  file: string,
  content: string,
  env: Variables,
  circumstances: Circumstances,
): ProjectSpec {
  const options = { baseDir: dirname(file), env, file };
  const text = new SourceText(content, env);
  const resolve = (config: unknown, source: Source, problems: Problems): ProjectSpec => {
    if (config === undefined) problems.throwIfAny();
    return resolveUnknown(config, options, { ...circumstances, source, problems });
  };
  try {
    const problems = new NoProblems();
    return resolve(text.readWithoutPlaces(problems), somewhere, problems);
  } catch (error) {
    if (!(error instanceof Flawed)) throw error;
    const source = new TextSource(file);
    const problems = new Problems(source);
    return resolve(text.read(source, problems), source, problems);
  }
}
