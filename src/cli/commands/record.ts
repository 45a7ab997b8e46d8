/** `drover record`: a stretch of time as one file, which opens without a server, and as a test. */
import { writeFileSync } from 'node:fs';
import { layOutIn, withLayouts } from '../../control/inspector/layouts.ts';
import { toTest } from '../../inspection/as-test.ts';
import type { Recording } from '../../inspection/protocol.ts';
import { layoutsOf, pastOf, stretchOf } from '../inspector/past.ts';
import { writeRecording } from '../inspector/recording-file.ts';
import { type Run, textFlag } from '../options.ts';
import { screenOf } from '../session.ts';

export const run: Run = async (_words, options) => {
  const screen = screenOf(options);
  const bare = await pastOf(options, stretchOf(options));
  const test = textFlag(options, 'asTest');
  const output = textFlag(options, 'output') ?? (test === undefined ? nameOf(bare) : undefined);
  const files: string[] = [];
  if (output !== undefined) {
    const recording = await withLayouts(bare, layOutIn(await layoutsOf(options)));
    writeRecording(output, recording);
    files.push(output);
  }
  if (test !== undefined) {
    writeFileSync(test, toTest(bare), { mode: 0o600 });
    files.push(test);
  }
  const { info, from, until, records } = bare;
  if (options.json === true) {
    screen.json({ files, source: info.source, from, until, records: records.length });
  } else if (options.quiet !== true) {
    for (const file of files) screen.line(file);
    if (info.source === 'journal') screen.note('as the journal tells it, which is less fine');
  }
  return 0;
};

/** `shop-2025-01-31T14-30-00.html` */
function nameOf({ info, until }: Recording): string {
  const time = new Date(until).toISOString().slice(0, 19).replaceAll(':', '-');
  return `${info.name.replaceAll(/[^\w.-]+/g, '-')}-${time}.html`;
}
