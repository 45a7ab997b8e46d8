/** What became of a command, in words for a failure message. */
import type { RunOutcome } from '../kernel/port.ts';
import type { CommandSpec, Exit } from '../machines/vocabulary.ts';

const quotedLines = 5;

export function describeOutcome(command: CommandSpec, outcome: RunOutcome): string {
  const [program] = command.argv;
  switch (outcome.kind) {
    case 'not-spawned':
      return outcome.reason;
    case 'timed-out':
      return `${program} took too long${quote(outcome.output)}`;
    case 'exited':
      return `${program} ${describeExit(outcome.exit)}${quote(outcome.output)}`;
  }
}

export function describeExit({ code, signal }: Exit): string {
  if (signal !== null) return `was ended by ${signal}`;
  return code === null ? 'ended, nobody saw how' : `exited with code ${code}`;
}

function quote(output: string): string {
  const lines = output.trim().split('\n').filter(Boolean).slice(-quotedLines);
  return lines.length === 0 ? '' : `: ${lines.join(' | ')}`;
}
