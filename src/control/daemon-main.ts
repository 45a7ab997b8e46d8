/**
 * The program of the daemon, run by `startDaemon` or by an init:
 * `daemon-main.js --file F [--listen L] [--log-file F] [--start all|unless-stopped|none]`.
 */
import { parseArgs } from 'node:util';
import { runDaemon, type StartPolicy } from './daemon.ts';
import { asSupervisorError, errorBody } from './error-status.ts';

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    listen: { type: 'string' },
    'log-file': { type: 'string' },
    start: { type: 'string' },
  },
});

try {
  process.exitCode = await runDaemon({
    file: values.file ?? '.',
    listen: values.listen,
    logFile: values['log-file'],
    start: policyOf(values.start),
    listening: (address) => tell({ type: 'listening', ...address }),
  });
} catch (error) {
  const { error: said } = errorBody(asSupervisorError(error));
  process.stderr.write(`drover: ${said.message}\n${said.hint === null ? '' : `${said.hint}\n`}`);
  await tell({ type: 'failed', ...said });
  process.exitCode = 1;
}
// Whatever is still open, such as a log that somebody follows, is no reason to stay.
process.exit();

function policyOf(text: string | undefined): StartPolicy {
  return text === 'none' || text === 'unless-stopped' ? text : 'all';
}

/** Whoever started us hears it, if they still listen. */
function tell(message: object): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}
