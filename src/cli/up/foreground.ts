/**
 * The project in this terminal: what happens and what services print, until ^C. It
 * is a whole manager, and answers `drover status` from another terminal as a daemon does.
 */

import { fileSource } from '../../control/config-source.ts';
import { type Served, serve } from '../../control/serve.ts';
import { createKernel } from '../../kernel/index.ts';
import type { Supervisor } from '../../runtime/api.ts';
import { createSupervisor } from '../../runtime/create.ts';
import { durationFlag } from '../durations.ts';
import { configPath, type Options, textFlag } from '../options.ts';
import { onOutputLost } from '../output.ts';
import { sayError } from '../saying.ts';
import { tellWaiting } from './patience.ts';
import { terminalSignals } from './signals.ts';
import { Transcript } from './transcript.ts';

export async function upInForeground(names: readonly string[], options: Options): Promise<number> {
  const source = fileSource(configPath(options));
  const spec = await source.load();
  const kernel = createKernel();
  const supervisor = await createSupervisor(spec, { kernel, by: 'drover up', logLevel: 'warn' });
  const listen = textFlag(options, 'listen');
  const served = await serve({ supervisor, kernel, source, listen }).catch(async (error) => {
    await supervisor.dispose({ services: 'leave' });
    throw error;
  });
  const transcript = new Transcript(supervisor, options);
  const deaf = terminalSignals({
    stop: (signal) => {
      transcript.note(`${signal}: stopping everything in order; once more to kill what is left`);
      served.stop('stop', signal).catch((error) => sayError(error, options));
    },
    force: (signal) => {
      transcript.note(`${signal}: killing what is left`);
      served.force(signal);
    },
  });

  // The services outlive neither the terminal nor whoever reads what they print.
  onOutputLost(() => void served.stop('stop', 'drover up').catch(() => {}));
  const tell = (sentence: string): void => transcript.waiting(sentence);
  const isUp = tellWaiting(supervisor, 'up', tell);
  let isDown = (): void => {};
  served.onEnding = () => {
    isUp();
    isDown = tellWaiting(supervisor, 'down', tell);
  };
  const started = await start(supervisor, names, options);
  isUp();
  endWhenIdle(supervisor, served);
  const { failed } = await served.ended;
  isDown();
  transcript.close();
  deaf();
  kernel.close();
  return failed || !started || transcript.hasFailed ? 1 : 0;
}

/** What cannot start is told, and no reason to stop the others. */
async function start(
  supervisor: Supervisor,
  names: readonly string[],
  options: Options,
): Promise<boolean> {
  try {
    const timeoutMs = durationFlag(options, 'timeout');
    await supervisor.start(names.length === 0 ? undefined : names, {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return true;
  } catch (error) {
    sayError(error, options);
    return (error as { code?: string }).code === 'cancelled';
  }
}

/** When all have done their work, or failed for good, there is nothing left to wait for. */
function endWhenIdle(supervisor: Supervisor, served: Served): void {
  const look = () => {
    const { services } = supervisor.status();
    const isIdle = services.every(
      ({ state, desired }) =>
        state === 'completed' || state === 'failed' || (state === 'stopped' && desired === 'down'),
    );
    if (!isIdle) return;
    watching.unsubscribe();
    served.stop('stop', 'drover up').catch(() => {});
  };
  const watching = supervisor.events$.subscribe((event) => {
    if (event.type === 'service.state') queueMicrotask(look);
  });
  look();
}
