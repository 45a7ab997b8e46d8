/** Definitions and command lines as they may be shown: what may be a secret is left out. */
import type { ServiceSpec } from '../machines/vocabulary.ts';

export const hidden = '(hidden)';

const secretName =
  /passw|passphrase|secret|token|credential|api.?key|private.?key|access.?key|authorization|cookie/i;
/** `--password=x`, `DB_PASSWORD=x`. */
const assignment = /^(-{0,2}[\w.-]*(?:passw|secret|token|credential|key)[\w.-]*[=:])(.+)$/i;
/** `postgres://user:password@host`. */
const inUrl = /(:\/\/[^/\s:@]*:)[^@\s/]+@/g;

/** The values of every environment and the content of every file are left out, at any depth. */
export function redact(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return redactText(value, key);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const isArguments = value.every((item) => typeof item === 'string');
    return isArguments ? redactArguments(value) : value.map((item) => redact(item));
  }
  const entries = Object.entries(value);
  if (key === 'env') return Object.fromEntries(entries.map(([name]) => [name, hidden]));
  return Object.fromEntries(entries.map(([name, field]) => [name, redact(field, name)]));
}

export function redactArguments(words: readonly string[]): readonly string[] {
  return words.map((word, i) => {
    const before = words[i - 1] ?? '';
    const isValue = before.startsWith('-') && !before.includes('=') && secretName.test(before);
    return isValue && !word.startsWith('-') ? hidden : redactWord(word);
  });
}

/** A command line as /proc tells it, where words are no longer told apart for sure. */
export const redactCommand = (line: string): string => redactArguments(line.split(' ')).join(' ');

export const redactDefinition = (spec: ServiceSpec): Record<string, unknown> =>
  redact(spec) as Record<string, unknown>;

/** One text that stands under that name. */
export function redactText(text: string, key: string): string {
  if (key === 'content') return `(${text.length} characters)`;
  return secretName.test(key) ? hidden : redactWord(text);
}

const redactWord = (word: string): string =>
  word.replace(assignment, `$1${hidden}`).replaceAll(inUrl, `$1${hidden}@`);

/** Somewhere in a text: `token=x`, `"password": "x"`. */
const inText =
  /((?:passw|passphrase|secret|token|credential|api.?key|private.?key|access.?key)[\w.-]*["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi;
const header = /((?:authorization|cookie)["']?\s*[:=]\s*)[^\n]+/gi;
const bearer = /\b(bearer\s+)[\w.~+/=-]+/gi;
/** Most texts are of no interest. */
const suspicious =
  /passw|passphrase|secret|token|credential|key|authorization|cookie|bearer|:\/\//i;

/** A text of several words: a message, a script, what a program printed. */
export function redactProse(text: string): string {
  if (!suspicious.test(text)) return text;
  const plain = text
    .replaceAll(header, `$1${hidden}`)
    .replaceAll(bearer, `$1${hidden}`)
    .replaceAll(inText, `$1${hidden}`);
  const parts = plain.split(/(\s+)/);
  const words = redactArguments(parts.filter((_, i) => i % 2 === 0));
  return parts.map((part, i) => (i % 2 === 0 ? words[i / 2] : part)).join('');
}
