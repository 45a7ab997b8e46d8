/** Files of `NAME=value` lines, as compose and dotenv read them. */
import { Complaint } from './field.ts';
import { interpolate, type Variables } from './interpolate.ts';

export interface EnvFileProblem {
  readonly line: number;
  readonly message: string;
  readonly suggestion: string | null;
}

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly EnvFileProblem[];
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=[^\S\n]*/;
const blank = /^\s*(?:#.*)?$/;

/**
 * Single quotes keep everything, double quotes know `\n` and `${VAR}`, both may
 * span lines; an unquoted value ends at ` #` or at the end of the line.
 */
export function parseEnvFile(content: string, variables: Variables): EnvFile {
  const values: Record<string, string> = {};
  const problems: EnvFileProblem[] = [];
  let rest = content.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  let line = 1;
  while (rest !== '') {
    const { length, name, value } = takeLine(rest, { ...variables, ...values });
    if (value instanceof Complaint) {
      problems.push({ line, message: value.message, suggestion: value.suggestion });
    } else if (name !== null) {
      values[name] = value;
    }
    line += rest.slice(0, length).split('\n').length - 1;
    rest = rest.slice(length);
  }
  return { values, problems };
}

interface Taken {
  readonly length: number;
  readonly name: string | null;
  readonly value: string | Complaint;
}

function takeLine(rest: string, variables: Variables): Taken {
  const newline = rest.indexOf('\n');
  const length = newline === -1 ? rest.length : newline + 1;
  const line = rest.slice(0, newline === -1 ? rest.length : newline);
  if (blank.test(line)) return { length, name: null, value: '' };
  const [head, name] = assignment.exec(line) ?? [];
  if (head === undefined || name === undefined) {
    return { length, name: null, value: new Complaint('is not NAME=value') };
  }
  const quote = line.charAt(head.length);
  if (quote === '"' || quote === "'") return takeQuoted(rest, head.length, name, variables);
  const value = line.slice(head.length).replace(/(?:^|\s)#.*$/, '');
  return { length, name, value: interpolate(value.trim(), variables) };
}

function takeQuoted(rest: string, from: number, name: string, variables: Variables): Taken {
  const pattern = rest.charAt(from) === "'" ? /^'([^']*)'/ : /^"((?:[^"\\]|\\[\s\S])*)"/;
  const [all, inside] = pattern.exec(rest.slice(from)) ?? [];
  const end = rest.indexOf('\n', from + (all?.length ?? 0));
  const length = end === -1 ? rest.length : end + 1;
  if (all === undefined || inside === undefined) {
    return { length, name, value: new Complaint(`has no end to the quote of ${name}`) };
  }
  if (!blank.test(rest.slice(from + all.length, length).trim())) {
    return { length, name, value: new Complaint(`has text behind the quote of ${name}`) };
  }
  if (rest.charAt(from) === "'") return { length, name, value: inside };
  return { length, name, value: interpolate(unescapeText(inside), variables) };
}

const unescapeText = (text: string): string =>
  text.replace(/\\([\s\S])/g, (all, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === 't') return '\t';
    if (escaped === 'r') return '\r';
    if (escaped === '$') return '$$';
    return '"\\\n'.includes(escaped) ? escaped : all;
  });
