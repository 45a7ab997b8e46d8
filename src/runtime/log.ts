/** drover's own log: the only file that knows pino. */
import pino, { type Logger } from 'pino';

export type Log = Logger;

export interface LogSettings {
  readonly level: string;
  /** A file; null: standard error. */
  readonly destination: string | null;
}

export function createLog({ level, destination }: LogSettings): Log {
  return pino(
    { name: 'drover', level, redact: ['env', '*.env', 'environment', '*.environment'] },
    pino.destination({ dest: destination ?? 2, sync: true, mkdir: true }),
  );
}
