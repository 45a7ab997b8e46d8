/** The signals a configuration may name: `SIGTERM`, `TERM` and `term` are the same. */
import type { Signal } from '../machines/vocabulary.ts';

export const signals = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGKILL',
  'SIGUSR1',
  'SIGUSR2',
  'SIGTERM',
  'SIGCONT',
  'SIGSTOP',
  'SIGWINCH',
  'SIGABRT',
  'SIGALRM',
  'SIGTTIN',
  'SIGTTOU',
] as const satisfies readonly Signal[];

export function parseSignal(text: string): Signal | null {
  const upper = text.trim().toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return signals.find((signal) => signal === name) ?? null;
}
