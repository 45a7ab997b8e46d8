#!/usr/bin/env node
/** The command line: runs the verb that was asked for, and says what went wrong. */
import { CommanderError } from 'commander';
import { exitCodeOf } from './exit-codes.ts';
import { watchOutput } from './output.ts';
import { createProgram } from './program.ts';
import { sayError } from './saying.ts';

watchOutput();

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    sayError(error, { json: process.argv.includes('--json') });
    process.exitCode = exitCodeOf(error);
  }
}
