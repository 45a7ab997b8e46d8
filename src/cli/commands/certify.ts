/** `drover certify`: a real service, put through what happens to services, in a place of its own. */

import { SupervisorError } from '../../services/errors.ts';
import { findConfig } from '../../services/find-config.ts';
import { Bench } from '../certify/bench.ts';
import { mustBeAlone } from '../certify/in-the-way.ts';
import { closingLines, resultLines } from '../certify/render.ts';
import type { Report } from '../certify/result.ts';
import { certify, notesOf } from '../certify/run.ts';
import { makeScratch } from '../certify/scratch.ts';
import { mustBeEditable, writeProposals } from '../certify/write.ts';
import { exitCodes } from '../exit-codes.ts';
import { configPath, type Options, type Run } from '../options.ts';
import { onOutputLost } from '../output.ts';
import type { Screen } from '../render/screen.ts';
import { screenOf } from '../session.ts';

export const run: Run = async ([service = ''], options) => {
  const screen = screenOf(options);
  const file = findConfig(configPath(options));
  if (options['write'] === true) mustBeEditable(file);
  const report = await perform(file, service, options, screen);
  const changed = options['write'] === true ? writeProposals(file, service, report.proposals) : [];
  if (options.json === true) screen.json({ ...report, written: changed });
  else for (const line of closingLines(screen, report, changed)) screen.line(line);
  return report.ok ? exitCodes.ok : exitCodes.notPassed;
};

async function perform(
  file: string,
  service: string,
  options: Options,
  screen: Screen,
): Promise<Report> {
  const { signal, release } = interruption();
  const scratch = await makeScratch(file, service, options['deps'] !== false);
  const bench = new Bench(scratch, signal);
  const isKept = options['keep'] === true;
  const isTold = options.json !== true && options.quiet !== true;
  try {
    mustBeAlone(bench.kernel, scratch);
    if (isTold) for (const note of notesOf(bench)) screen.note(note);
    return await certify(bench, {
      trying: (name) => isTold && screen.isErrorTerminal && screen.overwrite(`… ${name}`),
      tell: (result) => {
        if (options.json === true) return;
        if (screen.isErrorTerminal) screen.overwrite('');
        for (const line of resultLines(screen, result)) screen.line(line);
      },
    });
  } finally {
    if (screen.isErrorTerminal) screen.overwrite('');
    await bench.close(isKept);
    if (isKept) screen.note(`kept: ${scratch.directory}`);
    release();
  }
}

/** ^C ends the experiment under way, and then all that it has started. */
function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(new SupervisorError('interrupted', 'interrupted; nothing is left behind'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, abort);
  onOutputLost(abort);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, abort);
    },
  };
}
