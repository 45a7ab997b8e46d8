/** The kinds of single value in a configuration. Each is parsed here, once. */
import type { Protocol, Signal } from '../machines/vocabulary.ts';
import { durationExamples, durationPattern, parseDuration } from './durations.ts';
import { Complaint, field, must } from './field.ts';
import { parseSignal, signals } from './signals.ts';
import { parseSize, sizeExamples, sizePattern } from './sizes.ts';
import { didYouMean } from './suggestion.ts';

export const text = field<string, string>({ type: 'string' }, (value) =>
  typeof value === 'string' ? value : must('a text', value, 'put it in quotes'),
);

/** A text that says something, such as a path. */
export const words = field<string, string>({ type: 'string', minLength: 1 }, (value) => {
  if (typeof value !== 'string') return must('a text', value, 'put it in quotes');
  if (value.includes('\0')) return new Complaint('must not contain a NUL byte');
  return value.trim() === '' ? new Complaint('must not be empty') : value;
});

/** Interpolated values are texts, so `"true"` is as good as `true`. */
export const flag = field<boolean, boolean>({ type: 'boolean' }, (value) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return must('true or false', value);
});

interface Range {
  readonly whole: boolean;
  readonly from: number;
  readonly to: number;
}

const number = (range: Range) =>
  field<number, number>(
    { type: range.whole ? 'integer' : 'number', minimum: range.from, maximum: range.to },
    (value) => {
      const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      const isNumber = typeof parsed === 'number' && !Number.isNaN(parsed);
      const isKind = isNumber && (!range.whole || Number.isInteger(parsed));
      if (isKind && parsed >= range.from && parsed <= range.to) return parsed;
      const kind = range.whole ? 'a whole number' : 'a number';
      return must(`${kind} from ${range.from} to ${range.to}`, value);
    },
  );

export const count = number({ whole: true, from: 0, to: 1_000_000 });
export const port = number({ whole: true, from: 1, to: 65_535 });
export const nice = number({ whole: true, from: -20, to: 19 });
export const ratio = number({ whole: false, from: 0, to: 1 });
export const factor = number({ whole: false, from: 1, to: 1_000 });
export const exitCode = number({ whole: true, from: 0, to: 255 });
export const httpStatus = number({ whole: true, from: 100, to: 599 });

/** A number is milliseconds; files refuse it (`source.ts`). */
export const duration = field<string | number, number>(
  { type: 'string', pattern: durationPattern },
  (value) => {
    if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) return Math.round(value);
    const parsed = typeof value === 'string' ? parseDuration(value) : null;
    return parsed ?? must('a duration', value, durationExamples);
  },
);

export const size = field<string | number, number>(
  { type: ['string', 'integer'], pattern: sizePattern },
  (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    const parsed = typeof value === 'string' ? parseSize(value) : null;
    return parsed ?? must('a size', value, sizeExamples);
  },
);

export const signal = field<string, Signal>(
  { type: 'string', examples: ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP'] },
  (value) => {
    const parsed = typeof value === 'string' ? parseSignal(value) : null;
    if (parsed !== null) return parsed;
    const meant = typeof value === 'string' ? didYouMean(asSignal(value), signals) : null;
    return must('a signal', value, meant ?? `there are ${signals.join(', ')}`);
  },
);

const asSignal = (value: string): string => (/^sig/i.test(value) ? value : `SIG${value}`);

/** Octal, as umask(1) and chmod(1) take it: `"027"`. In TypeScript also `0o027`. */
export const octal = field<string | number, number>(
  { type: ['string', 'integer'], pattern: '^(?:0o?)?[0-7]{1,4}$' },
  (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0o7777) {
      return value;
    }
    const isOctal = typeof value === 'string' && /^(?:0o?)?[0-7]{1,4}$/.test(value);
    if (isOctal) return Number.parseInt(value.replace(/^0o/, ''), 8);
    return must('an octal number', value, 'write for example "027"');
  },
);

/** A user or a group: its name or its number. */
export const account = field<string | number, string | number>(
  { type: ['string', 'integer'] },
  (value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
    if (typeof value === 'string' && /^[^\s:/]+$/.test(value)) return value;
    return must('the name or number of an account', value);
  },
);

export const pattern = field<string, string>({ type: 'string', format: 'regex' }, (value) => {
  if (typeof value !== 'string') return must('a regular expression', value);
  try {
    new RegExp(value, 'u');
    return value;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new Complaint(`must be a regular expression: ${reason}`);
  }
});

export const url = field<string, string>({ type: 'string', pattern: '^https?://' }, (value) => {
  const isUrl = typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
  return isUrl ? value : must('a URL', value, 'write for example http://127.0.0.1:8080/healthz');
});

const protocols: readonly Protocol[] = ['redis', 'mysql', 'postgres', 'fastcgi', 'memcached'];

export const protocol = field<Protocol, Protocol>({ enum: protocols }, (value) => {
  const known = protocols.find((one) => one === value);
  return known ?? must(`one of ${protocols.join(', ')}`, value, meantOf(value, protocols));
});

/** One of a few words. */
export const oneOf = <Word extends string>(...known: readonly Word[]) =>
  field<Word, Word>({ enum: known }, (value) => {
    const found = known.find((word) => word === value);
    return found ?? must(`one of ${known.join(', ')}`, value, meantOf(value, known));
  });

const meantOf = (value: unknown, known: readonly string[]): string | null =>
  typeof value === 'string' ? didYouMean(value, known) : null;
