/** What is done before a start, as lines of ExecStartPre. Pure. */
import type {
  CommandSpec,
  Credentials,
  PrepareStep,
  ServiceSpec,
} from '../../machines/vocabulary.ts';
import { word } from './unit-text.ts';

/**
 * Files that a step writes are not among them: a unit is no place for their content.
 * Directories are made by root, and given to their owner; systemd marks that with `+`.
 */
export function prepareLines(
  step: PrepareStep,
  { command: { credentials } }: ServiceSpec,
): readonly string[] {
  const rooms = [
    ...step.directories.map(({ path, mode }) => directoryLine(path, mode, step.owner)),
    ...step.removeStale.map((path) => `rm -rf ${quote(path)}`),
  ];
  const asRoot = credentials === null ? '' : '+';
  const asItself = step.command?.credentials === null ? asRoot : '';
  return [
    ...shellLines(rooms, step.unlessExists).map((line) => asRoot + line),
    ...shellLines(commandLines(step), step.unlessExists).map((line) => asItself + line),
  ];
}

function directoryLine(path: string, mode: number, owner: Credentials | null): string {
  const whose =
    owner === null ? '' : ` -o ${owner.user}${owner.group === null ? '' : ` -g ${owner.group}`}`;
  return `install -d -m ${mode.toString(8)}${whose} ${quote(path)}`;
}

function shellLines(script: readonly string[], unlessExists: string | null): readonly string[] {
  if (script.length === 0) return [];
  const all = script.join(' && ');
  const guarded = unlessExists === null ? all : `test -e ${quote(unlessExists)} || { ${all}; }`;
  return [['/bin/sh', '-ec', guarded].map(word).join(' ')];
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
