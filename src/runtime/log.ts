/**
 * drover's own log, and the only place that knows pino. What a service prints does
 * not come through here. Environments and what looks like a secret never do either.
 */
import { createRequire } from 'node:module';
import type { Logger } from 'pino';
import { SupervisorError } from '../services/errors.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** From the least to the most serious; nothing is as serious as `silent`. */
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Fields first, then a few words. */
export interface LogMethod {
  (fields: object, message: string): void;
  (message: string): void;
}

export interface Log {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** With these fields in every line, such as `{ service }`. */
  child(fields: Readonly<Record<string, unknown>>): Log;
}

export interface CreateLogOptions {
  readonly level: LogLevel;
  /** A file that is appended to; null: standard error. */
  readonly destination: string | null;
}

/** Written at once: what a manager says last is what one wants to read. Throws `log-not-writable`. */
export function createLog({ level, destination }: CreateLogOptions): Log {
  // A file that cannot be written is told at once, and by whoever asked for it.
  if (destination !== null && level !== 'silent') {
    const logger = createLogger(level, destination);
    return scrubbing(levels.indexOf(level), () => logger);
  }
  // Most hosts never see a line of it, so the library is loaded for the first one.
  let logger: Logger | null = null;
  return scrubbing(levels.indexOf(level), () => {
    logger ??= createLogger(level, destination);
    return logger;
  });
}

function createLogger(level: LogLevel, destination: string | null): Logger {
  const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino');
  const stream = open(pino, destination);
  // A full disk or a reader that has left is no reason to end the host.
  stream.on('error', () => {});
  return pino({ level, base: null }, stream);
}

function open(
  { destination: createStream }: typeof import('pino').pino,
  destination: string | null,
) {
  try {
    return createStream({ dest: destination ?? 2, sync: true, mkdir: true, mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SupervisorError(
      'log-not-writable',
      `cannot write drover's own log to ${destination}: ${reason}`,
      'name another file, or none to have it on standard error',
    );
  }
}

/** pino's own formatters do not see what a child was given, so it is done before. */
function scrubbing(least: number, loggerOf: () => Logger): Log {
  const method = (level: Exclude<(typeof levels)[number], 'silent'>): LogMethod => {
    const isEnabled = levels.indexOf(level) >= least;
    return (fields: object | string, message?: string) => {
      if (!isEnabled) return;
      const logger = loggerOf();
      if (typeof fields === 'string') logger[level](fields);
      else logger[level](scrub(fields, 0) as object, message ?? '');
    };
  };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    child: (fields) => {
      let logger: Logger | null = null;
      return scrubbing(least, () => {
        logger ??= loggerOf().child(scrub(fields, 0) as Record<string, unknown>);
        return logger;
      });
    },
  };
}

const secret =
  /^(?:env|environment|authorization|cookie)$|passw|secret|token|credential|api.?key|private.?key/i;
const redacted = '[redacted]';
const maxDepth = 6;

/** A copy without environments, and without values whose names give them away. */
function scrub(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= maxDepth) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => scrub(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    copy[name] = secret.test(name) ? redacted : scrub(field, depth + 1);
  }
  return copy;
}
