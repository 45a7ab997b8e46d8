/**
 * Keeps one descriptor in reserve, so that questions can be asked when all others are
 * in use. A process that could not be looked at must not be taken for dead.
 */
import { closeSync, openSync } from 'node:fs';
import { codeOf, kernelError } from './errno.ts';

let reserve: number | null = null;

/** The question may open one descriptor, and must close it before it answers. */
export function withReserve<Answer>(ask: () => Answer): Answer {
  reserve ??= openReserve();
  try {
    return ask();
  } catch (error) {
    if (!isScarcity(error) || reserve === null) throw error;
    closeSync(reserve);
    reserve = null;
    return ask();
  }
}

/** Whether the question failed for want of something that has nothing to do with its subject. */
export function isScarcity(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM'].includes(codeOf(error));
}

/** To be thrown where no answer is better than a wrong one. */
export const scarcityError = (error: unknown) => kernelError('look at a process', error);

function openReserve(): number | null {
  try {
    return openSync('/dev/null', 'r');
  } catch {
    return null;
  }
}
