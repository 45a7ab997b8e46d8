/** How the command line says what went wrong: what, why, and what to do. */
import type { Options } from './options.ts';

/** On standard error; with --json as one JSON object. */
export function sayError(error: unknown, options: Partial<Options>): void {
  const { code, message, hint, problems } = describe(error);
  if (options.json === true) {
    process.stderr.write(`${JSON.stringify({ error: { code, message, hint, problems } })}\n`);
    return;
  }
  process.stderr.write(`drover: ${message}\n`);
  if (hint !== null) process.stderr.write(`  ${hint}\n`);
}

function describe(error: unknown) {
  if (!(error instanceof Error)) {
    return { code: 'defect', message: String(error), hint: null, problems: undefined };
  }
  const { code, hint, problems } = error as Error & {
    code?: string;
    hint?: string | null;
    problems?: unknown;
  };
  const isKnown = typeof code === 'string';
  return {
    code: isKnown ? code : 'defect',
    message: isKnown ? error.message : (error.stack ?? error.message),
    hint: hint ?? null,
    problems,
  };
}
