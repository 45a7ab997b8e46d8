/**
 * Asks whether there is something at a path.
 */
import { statSync } from 'node:fs';
import type { Check } from '../../machines/vocabulary.ts';
import { codeOf, messageOf } from '../linux/errno.ts';
import type { Ask } from './dependencies.ts';

export const askFile: Ask<Extract<Check, { kind: 'file' }>> = (attempt, { path }) => {
  try {
    statSync(path);
    attempt.pass();
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
    attempt.miss(isMissing ? `there is no ${path}` : messageOf(error));
  }
};
