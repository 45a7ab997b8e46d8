/**
 * Turns what Node throws into values. It asks nothing.
 */
import { KernelError } from '../port.ts';

/** The name of errno, or of Node's own error; empty when it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** What went wrong, in a few words and without the stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `cannot <what>: <why>`, with the code of what was thrown. */
export function kernelError(what: string, error: unknown): KernelError {
  return new KernelError(codeOf(error) || 'EIO', `cannot ${what}: ${messageOf(error)}`);
}
