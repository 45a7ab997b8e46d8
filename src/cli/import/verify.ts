/** Asks whether a text is a configuration, as `drover config --check` would, without a file. */
import { SupervisorError } from '../../services/errors.ts';
import { Problems } from '../../services/problems.ts';
import { resolveUnknown } from '../../services/resolve.ts';
import { readSource } from '../../services/source.ts';
import { TextSource } from '../../services/text-source.ts';

/** What is wrong with it, in the words of the loader; null: it loads. */
export function problemOf(text: string, file: string, baseDir: string): string | null {
  const source = new TextSource(file);
  const problems = new Problems(source);
  try {
    const config = readSource(text, source, problems, process.env);
    problems.throwIfAny();
    resolveUnknown(config, { baseDir, env: process.env, file }, { source, problems });
    return null;
  } catch (error) {
    if (error instanceof SupervisorError) return error.message;
    throw error;
  }
}
