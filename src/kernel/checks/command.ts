/**
 * Asks a program, which says yes by ending with 0.
 */
import type { Check, Exit } from '../../machines/vocabulary.ts';
import type { RunOutcome } from '../port.ts';
import type { Ask } from './dependencies.ts';

const mostWords = 200;

export const askCommand: Ask<Extract<Check, { kind: 'exec' }>> = (
  attempt,
  { command },
  { timeoutMs },
  { run },
) => {
  const options = { lifeline: null, output: null, timeoutMs };
  const cancel = run(command, options, (outcome) => {
    const reason = explain(outcome, timeoutMs);
    if (reason === null) attempt.pass();
    else attempt.miss(`"${command.argv[0]}" ${reason}`);
  });
  attempt.atEnd(cancel);
};

function explain(outcome: RunOutcome, timeoutMs: number): string | null {
  switch (outcome.kind) {
    case 'timed-out':
      return `did not end within ${timeoutMs} ms`;
    case 'not-spawned':
      return `was not started: ${outcome.reason}`;
    case 'exited':
      return outcome.exit.code === 0 ? null : `${wayOut(outcome.exit)}${lastWords(outcome.output)}`;
  }
}

function wayOut({ code, signal }: Exit): string {
  return code === null ? `was ended by ${signal}` : `exited with ${code}`;
}

/** The last line that is not empty: the reason is mostly there. */
function lastWords(output: string): string {
  const line = output.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${line.slice(0, mostWords)}`;
}
