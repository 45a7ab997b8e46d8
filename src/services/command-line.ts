/**
 * A command that was written as one line: split by the rules of shell words, but
 * without a shell. What only a shell understands is refused, not passed on as text.
 */
import { Complaint } from './field.ts';

interface Word {
  readonly text: string;
  /** Without what was quoted: where an operator of the shell would work. */
  readonly bare: string;
}

const operators = /^(?:\d*[<>]{1,2}(?:&\d)?.*|&&|\|\|?|;;?|&)$/;
const expansion = /\$[A-Za-z_({]|`/;

/** Splits `nginx -g 'daemon off;'` into its three words. */
export function splitCommand(line: string): readonly string[] | Complaint {
  const words = splitWords(line);
  if (words instanceof Complaint) return words;
  const foreign = words.find(({ bare }) => operators.test(bare) || /;$/.test(bare));
  if (foreign !== undefined) return forShell(foreign.text);
  const expanded = words.find(({ bare }) => expansion.test(bare));
  if (expanded !== undefined) return forShell(expanded.text);
  return words.length === 0 ? new Complaint('must not be empty') : words.map(({ text }) => text);
}

const forShell = (text: string): Complaint =>
  new Complaint(
    `has "${text}", which only a shell understands`,
    'add "shell: true", or quote it if it is meant as it stands',
  );

/** Marks in `bare` where something quoted was. */
const quoted = '\u0001';

export function splitWords(line: string): readonly Word[] | Complaint {
  const words: Word[] = [];
  let rest = line.trimStart();
  while (rest !== '') {
    const word = takeWord(rest);
    if (word instanceof Complaint) return word;
    words.push(word);
    rest = rest.slice(word.length).trimStart();
  }
  return words;
}

function takeWord(line: string): (Word & { readonly length: number }) | Complaint {
  let text = '';
  let bare = '';
  let at = 0;
  while (at < line.length && !/\s/.test(line.charAt(at))) {
    const piece = takePiece(line.slice(at));
    if (piece === null) return new Complaint(`has no end to its quote: ${line.slice(at, at + 20)}`);
    text += piece.text;
    bare += piece.bare;
    at += piece.length;
  }
  return { text, bare, length: at };
}

function takePiece(line: string): (Word & { readonly length: number }) | null {
  const first = line.charAt(0);
  if (first === "'") {
    const end = line.indexOf("'", 1);
    return end === -1 ? null : { text: line.slice(1, end), bare: quoted, length: end + 1 };
  }
  if (first === '"') return takeDoubleQuoted(line);
  if (first !== '\\') return { text: first, bare: first, length: 1 };
  return { text: line.charAt(1), bare: quoted, length: 2 };
}

/** A shell expands `$NAME` in double quotes as well, so that part is bare. */
function takeDoubleQuoted(line: string): (Word & { readonly length: number }) | null {
  const [all, inside] = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(line) ?? [];
  if (all === undefined || inside === undefined) return null;
  const isExpanded = expansion.test(inside.replace(/\\[\s\S]/g, ''));
  const text = inside.replace(/\\(["\\$`\n])/g, (_, escaped: string) =>
    escaped === '\n' ? '' : escaped,
  );
  return { text, bare: isExpanded ? '$_' : quoted, length: all.length };
}

const keywords = new Set(
  (
    'if then else elif fi for while until do done case esac function select in ! { } ( [[ ' +
    '. : source alias bg break cd command continue eval exec exit export fg getopts hash jobs ' +
    'local read readonly return set shift times trap type ulimit umask unalias unset wait'
  ).split(' '),
);

/**
 * `exec` makes the program take the shell's place, so that it gets the signals
 * and its exit is seen. It only works for one plain command.
 */
export function shellCommand(line: string): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', isPlainCommand(line) ? `exec ${line.trim()}` : line];
}

function isPlainCommand(line: string): boolean {
  const words = splitWords(line);
  if (words instanceof Complaint) return false;
  const first = words[0]?.bare ?? '';
  if (keywords.has(first) || /^[A-Za-z_]\w*=/.test(first) || first === '') return false;
  return !words.some(({ bare }) => /[|&;()`]|\$\(/.test(bare)) && !/\n/.test(line.trim());
}
