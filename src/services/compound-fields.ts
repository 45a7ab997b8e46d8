/** Values that have more than one way of being written: commands, environments, addresses, lists. */
import type { Endpoint } from '../machines/vocabulary.ts';
import { Complaint, describe, field, must } from './field.ts';

/** A list of arguments, or one text that is split by the rules of shell words. */
export const command = field<string | readonly string[], string | readonly string[]>(
  { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }] },
  (value) => {
    if (typeof value === 'string') {
      return value.trim() === '' ? new Complaint('must not be empty') : value;
    }
    if (!Array.isArray(value)) return must('a command', value, 'write [program, argument, ...]');
    if (value.length === 0) return new Complaint('must not be empty');
    const args = value.map(asText);
    const wrong = args.indexOf(null);
    if (wrong === -1) return args.filter((arg) => arg !== null);
    return new Complaint(
      `must be a list of texts, but argument ${wrong} is ${describe(value[wrong])}`,
    );
  },
);

/** `null` takes the manager's own value of that variable. */
export type Environment = Readonly<Record<string, string | null>>;
type WrittenValue = string | number | boolean | null;

export const environment = field<
  Readonly<Record<string, WrittenValue>> | readonly string[],
  Environment
>(
  {
    anyOf: [
      {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
      },
      { type: 'array', items: { type: 'string' } },
    ],
  },
  (value) => {
    if (Array.isArray(value)) return fromList(value);
    if (typeof value !== 'object' || value === null) {
      return must('a map', value, 'write NAME: value, one a line');
    }
    return fromEntries(Object.entries(value));
  },
);

function fromList(lines: readonly unknown[]): Environment | Complaint {
  const entries: [string, unknown][] = [];
  for (const line of lines) {
    if (typeof line !== 'string') return must('a list of NAME=value', line);
    const split = line.indexOf('=');
    entries.push(split === -1 ? [line, null] : [line.slice(0, split), line.slice(split + 1)]);
  }
  return fromEntries(entries);
}

function fromEntries(entries: readonly (readonly [string, unknown])[]): Environment | Complaint {
  const result: Record<string, string | null> = {};
  for (const [name, value] of entries) {
    if (!/^[^=\0\s]+$/.test(name)) return new Complaint(`"${name}" cannot be a variable's name`);
    const text = value === null ? null : asText(value);
    if (text === null && value !== null) {
      return new Complaint(`the value of ${name} must be a text, not ${describe(value)}`);
    }
    if (text?.includes('\0')) return new Complaint(`the value of ${name} contains a NUL byte`);
    result[name] = text;
  }
  return result;
}

/** One text or a list of them. */
export const texts = field<string | readonly string[], readonly string[]>(
  { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  (value) => {
    if (typeof value === 'string') return [value];
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
    return isList ? value : must('a text or a list of texts', value);
  },
);

/** Any scalar as text: labels, and the settings of a server. */
export const textMap = field<Readonly<Record<string, string | number | boolean>>, TextMap>(
  { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return must('a map', value, 'write name: value, one a line');
    }
    const result: Record<string, string> = {};
    for (const [key, one] of Object.entries(value)) {
      const text = asText(one);
      if (text === null) return new Complaint(`"${key}" must be a text, not ${describe(one)}`);
      result[key] = text;
    }
    return result;
  },
);

export type TextMap = Readonly<Record<string, string>>;

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:80`, `[::1]:80`, `:80` or just the port. */
export const address = field<string | number, TcpAddress>(
  { type: ['string', 'integer'] },
  (value) => parseAddress(value) ?? must('host:port', value, 'write for example 127.0.0.1:8080'),
);

/** An address, or the path of a unix socket. */
export const endpoint = field<string | number, Endpoint>(
  { type: ['string', 'integer'] },
  (value) => {
    const tcp = parseAddress(value);
    if (tcp !== null) return { kind: 'tcp', ...tcp };
    if (typeof value === 'string' && value.includes('/')) {
      return { kind: 'unix', path: value.replace(/^unix:/, '') };
    }
    return must('host:port or the path of a socket', value);
  },
);

function parseAddress(value: unknown): TcpAddress | null {
  const [, bracketed, plain, digits] =
    /^(?:\[([\da-f:.]+)\]:|([^\s:/[\]]*):)?(\d{1,5})$/i.exec(String(value)) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return null;
  return { host: bracketed || plain || '127.0.0.1', port };
}

export interface Limit {
  readonly soft: string;
  readonly hard: string;
}
type LimitValue = string | number;

/** Both limits at once, `soft:hard`, or each by its name. */
export const limit = field<LimitValue | { soft: LimitValue; hard: LimitValue }, Limit>(
  { type: ['integer', 'string', 'object'] },
  (value) => {
    const [soft, hard] = limitsOf(value).map((one) => asText(one)?.trim() ?? '');
    const isLimit = [soft, hard].every((one) => /^(?:\d+|unlimited)$/.test(one ?? ''));
    if (soft !== undefined && hard !== undefined && isLimit) return { soft, hard };
    return must('a number or "unlimited"', value, 'write for example 4096, or "1024:4096"');
  },
);

function limitsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'object' && value !== null && 'soft' in value && 'hard' in value) {
    return [value.soft, value.hard];
  }
  if (typeof value !== 'string') return [value, value];
  const [soft, hard = soft] = value.split(':');
  return [soft, hard];
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
