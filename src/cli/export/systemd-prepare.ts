/** What is done before a start, as lines of ExecStartPre. Pure. */
import type { CommandSpec, PrepareStep } from '../../machines/vocabulary.ts';
import { word } from './unit-text.ts';

/** Files that a step writes are not among them: a unit is no place for their content. */
export function prepareLines(step: PrepareStep): readonly string[] {
  const script = [
    ...step.directories.map(({ path, mode }) => `mkdir -p -m ${mode.toString(8)} ${quote(path)}`),
    ...step.removeStale.map((path) => `rm -rf ${quote(path)}`),
    ...commandLines(step),
  ];
  if (script.length === 0) return [];
  const guarded =
    step.unlessExists === null
      ? script
      : [`test -e ${quote(step.unlessExists)} || { ${script.join(' && ')}; }`];
  return [['/bin/sh', '-ec', guarded.join(' && ')].map(word).join(' ')];
}

function commandLines({ command, staging }: PrepareStep): readonly string[] {
  if (command === null) return [];
  const line = shellOf(command);
  if (staging === null) return [line];
  const { from, to } = staging;
  return [`rm -rf ${quote(from)}`, line, `mv ${quote(from)} ${quote(to)}`];
}

const shellOf = ({ argv, cwd }: CommandSpec): string =>
  `(cd ${quote(cwd)} && exec ${argv.map(quote).join(' ')})`;

/** For a shell. */
export const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
