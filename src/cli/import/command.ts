/** Commands of other programs: what needs a shell gets one, the rest does without. Pure. */
import { splitCommand, splitWords } from '../../services/command-line.ts';
import { Complaint } from '../../services/field.ts';
import { type Fields, literal } from './draft.ts';

const builtins = /^(?:cd|exec|export|set|source|\.|test|\[|if|for|while|case|ulimit|umask|exit)$/;

/** `command`, and `shell` where only a shell understands it. */
export function shellLine(line: string): Fields {
  const text = line.trim();
  return needsShell(text) ? { command: literal(text), shell: true } : { command: literal(text) };
}

function needsShell(line: string): boolean {
  if (splitCommand(line) instanceof Complaint) return true;
  const words = splitWords(line);
  if (words instanceof Complaint) return true;
  const first = words[0]?.bare ?? '';
  if (/^[A-Za-z_]\w*=/.test(first) || builtins.test(first)) return true;
  // A pattern or a home directory is only expanded by a shell.
  return words.some(({ bare }) => /[*?[{]|^~|\n/.test(bare));
}

/**
 * Words that were split by rules like ours, and never seen by a shell. Variables such
 * as `${PORT}` are filled in before the line is split, and are no matter of a shell.
 */
export function filledLine(line: string): Fields {
  const text = line.trim();
  const sample = text.replaceAll(/\$\{\w+\}/g, 'x').replaceAll('$$', '$');
  if (!(splitCommand(sample) instanceof Complaint)) return { command: text };
  const words = splitWords(text);
  if (words instanceof Complaint) return { command: text, shell: true };
  return { command: words.map((word) => word.text) };
}

export const plainWords = (words: readonly unknown[]): Fields => ({
  command: words.map((word) => literal(String(word))),
});
