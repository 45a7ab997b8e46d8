/** Runs the verb that was asked for, and says what went wrong. */
import { CommanderError } from 'commander';
import { exitCodeOf } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { sayError } from './saying.ts';

/** Never rejects; what became of it is the exit code of the process. */
export async function runVerb(words: readonly string[]): Promise<void> {
  try {
    await createProgram(words).parseAsync(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      sayError(error, { json: words.includes('--json') });
      process.exitCode = exitCodeOf(error);
    }
  }
}
