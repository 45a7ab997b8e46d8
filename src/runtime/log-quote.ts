/** What a service itself said about its end, for a sentence that tells of it. */
import type { Files } from '../kernel/port.ts';
import { LineCutter } from './log-lines.ts';
import { plain } from './sanitize.ts';

const quotedBytes = 16 * 1024;
const quotedLength = 300;
const telling =
  /\b(?:error|fatal|panic|emerg|alert|crit|cannot|can't|could not|unable|failed|denied|refused|exception|traceback|invalid|missing|not found|already in use|bad|hint|detail|at line \d)|^>>> /i;

/** As MariaDB and nginx mark it. Redis calls a warning what it then ends of. */
const harmless = /\[(?:warning|warn|notice|note|info|debug)\]/i;

export const isTrouble = (line: string): boolean => telling.test(line) && !harmless.test(line);

/**
 * The last lines that say something, from `offset` of the file on; those that sound like
 * trouble before others. An offset behind the end is one from before a rotation.
 */
export function quote(
  files: Files,
  path: string,
  offset: number,
  maxLines: number,
): readonly string[] {
  const lines = linesFrom(files, path, offset).map((line) => plain(line).trim());
  const said = [...new Set(lines.filter((line) => /\w/.test(line)))];
  const trouble = said.filter(isTrouble);
  const chosen = trouble.length > 0 ? trouble : said;
  return chosen.slice(-maxLines).map((line) => shortened(line));
}

function linesFrom(files: Files, path: string, offset: number): readonly string[] {
  try {
    const size = files.size(path) ?? 0;
    const begin = offset > size ? 0 : offset;
    // Most services that die have printed nothing since their start.
    if (begin === size) return [];
    const from = Math.max(begin, size - quotedBytes);
    const cutter = new LineCutter();
    const bytes = files.readAt(path, from, size - from);
    const lines = [...cutter.cut(bytes), ...cutter.finish()].map(({ text }) => text);
    // Where the run is longer than what is read, the first line may be half a line.
    return from > begin ? lines.slice(1) : lines;
  } catch {
    return [];
  }
}

function shortened(line: string): string {
  return line.length > quotedLength ? `${line.slice(0, quotedLength)}...` : line;
}
