/** `drover replay`: shows a recording, or what a journal tells, until ^C. Needs no daemon. */
import { openRecording } from '../../control/inspector/create.ts';
import { layOutIn } from '../../control/inspector/layouts.ts';
import type { Recording } from '../../inspection/protocol.ts';
import { openInBrowser } from '../inspector/browser.ts';
import { journalOf, layoutsOf, stretchOf } from '../inspector/past.ts';
import { portFlag } from '../inspector/port.ts';
import { readRecording } from '../inspector/recording-file.ts';
import type { Options, Run } from '../options.ts';
import { onOutputLost } from '../output.ts';
import { screenOf } from '../session.ts';

export const run: Run = async ([file], options) => {
  const screen = screenOf(options);
  const port = portFlag(options) ?? 0;
  const recording = await recordingOf(file, options);
  const layOut = layOutIn(await layoutsOf(options));
  const server = await openRecording(recording, { port, layOut, keepAlive: true });
  const ended = interrupted();
  const url = server.url('look');
  if (options.json === true) screen.json({ url });
  else screen.line(url);
  if (options.json !== true && options.quiet !== true) screen.note('shown until ^C');
  openInBrowser(server.invitation(url), options);
  await ended;
  await server.close();
  return 0;
};

async function recordingOf(file: string | undefined, options: Options): Promise<Recording> {
  const stretch = stretchOf(options);
  return file === undefined ? journalOf(options, stretch) : readRecording(file, stretch);
}

/** Nobody can be shown anything once nobody can read where. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    onOutputLost(end);
  });
}
