/**
 * `${VAR}`, `${VAR:-default}` and `${VAR:?message}` in the texts of a
 * configuration file; `$$` is a dollar sign. A bare `$VAR` is left for the shell.
 */
import { Complaint } from './field.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

const name = /^[A-Za-z_][A-Za-z0-9_]*/;

/** Defaults in defaults; each level reads again what is within it. */
const deepest = 16;

export function interpolate(text: string, variables: Variables, depth = 0): string | Complaint {
  if (!text.includes('$')) return text;
  if (depth > deepest) return new Complaint('has defaults within defaults, too many to follow');
  let result = '';
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('$$', at)) {
      result += '$';
      at += 2;
    } else if (text.startsWith('${', at)) {
      const end = endOf(text, at);
      if (end === -1) return new Complaint(`has no end to "${text.slice(at, at + 20)}"`, dollars);
      const value = evaluate(text.slice(at + 2, end), variables, depth + 1);
      if (value instanceof Complaint) return value;
      result += value;
      at = end + 1;
    } else {
      result += text.charAt(at++);
    }
  }
  return result;
}

const dollars = 'close it with "}", or write "$$" for a dollar sign';

/** Defaults may hold variables themselves: `${PORT:-${BASE_PORT:-80}}`. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text.charAt(at) === '}' && --depth === 0) return at;
  }
  return -1;
}

function evaluate(expression: string, variables: Variables, depth: number): string | Complaint {
  const variable = name.exec(expression)?.[0];
  if (variable === undefined) {
    return new Complaint(`has "\${${expression}}", which names no variable`, dollars);
  }
  const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
  const [, operator, operand] =
    /^(:?[-?+])([\s\S]*)$/.exec(expression.slice(variable.length)) ?? [];
  if (operator === undefined) return plain(expression, variable, value);
  // With the colon, as in a shell: an empty variable is as good as none.
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  if (operator.endsWith('+')) return isSet ? interpolate(operand ?? '', variables, depth) : '';
  if (isSet) return value;
  return operator.endsWith('-')
    ? interpolate(operand ?? '', variables, depth)
    : new Complaint(`needs the variable ${variable}${operand ? `: ${operand}` : ''}`);
}

function plain(
  expression: string,
  variable: string,
  value: string | undefined,
): string | Complaint {
  if (variable !== expression) {
    return new Complaint(
      `has "\${${expression}}", which is none of \${VAR}, \${VAR:-default} and \${VAR:?message}`,
    );
  }
  return (
    value ??
    new Complaint(
      `needs the variable ${variable}, which is not set`,
      `set it, or write \${${variable}:-default}`,
    )
  );
}
