/** Says why services did not start, with what they printed last: tests have nobody to go and look. */
import type { Supervisor } from '../runtime/api.ts';
import { SupervisorError } from '../services/errors.ts';
import type { KeeperFailure } from './messages.ts';

const linesShown = 20;

export async function explain(
  error: unknown,
  supervisor: Supervisor | null,
): Promise<KeeperFailure> {
  const isOurs = error instanceof SupervisorError;
  return {
    code: isOurs ? error.code : 'defect',
    message: error instanceof Error ? error.message : String(error),
    hint: isOurs ? error.hint : null,
    services: supervisor === null ? [] : await troubled(supervisor),
  };
}

function troubled(supervisor: Supervisor): Promise<KeeperFailure['services']> {
  const names = supervisor
    .status()
    .services.filter(
      ({ desired, ready, state }) => desired === 'up' && !ready && state !== 'completed',
    )
    .map(({ name }) => name);
  return Promise.all(
    names.map(async (name) => ({
      name,
      why: supervisor.why(name),
      log: await lastLines(supervisor, name),
    })),
  );
}

function lastLines(supervisor: Supervisor, name: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    supervisor.logs([name], { lines: linesShown }).subscribe({
      next: ({ text }) => lines.push(text),
      complete: () => resolve(lines),
      error: () => resolve(lines),
    });
  });
}

/** The same as an error for the test run: all of it in the message, which is all that is shown. */
export function errorOf({ code, message, hint, services }: KeeperFailure): SupervisorError {
  const parts = services.flatMap(({ name, why, log }) => [
    `  ${why}`,
    ...(log.length === 0 ? [`    "${name}" printed nothing`] : log.map((line) => `    | ${line}`)),
  ]);
  const advice = hint === null ? [] : [`  ${hint}`];
  return new SupervisorError(code, [message, ...parts, ...advice].join('\n'), hint);
}
