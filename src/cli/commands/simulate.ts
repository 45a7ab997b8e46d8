/** `drover simulate`: a configuration under faults, in virtual time: what comes of it, over many seeds. */
import type { Name } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import { loadProject } from '../../services/load.ts';
import { servicesOf } from '../../services/members.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeRecording } from '../inspector/recording-file.ts';
import { configPath, type Options, type Run, textFlag } from '../options.ts';
import type { Screen } from '../render/screen.ts';
import { countFlag, screenOf } from '../session.ts';
import { type Assumption, assume } from '../simulate/assumptions.ts';
import { readMeasured } from '../simulate/measured.ts';
import { recordTrial } from '../simulate/record.ts';
import { simulationLines } from '../simulate/render.ts';
import { reportOf } from '../simulate/report.ts';
import { runTrial, type Trial, type TrialOptions } from '../simulate/trial.ts';

export const run: Run = async (_words, options) => {
  const screen = screenOf(options);
  const asked = await askedOf(options);
  const began = performance.now();
  const trials = await runTrials(asked, screen, options);
  const { project, assumptions } = asked;
  const all = [...assumptions.values()];
  const report = reportOf({ project, trials, assumptions: all, tolerance: asked.tolerance });
  const out = textFlag(options, 'out');
  if (out !== undefined) {
    const { steps } = asked;
    const seed = report.worstSeed;
    writeRecording(out, await recordTrial({ project, assumptions, steps, seed }));
  }
  const recording = out ?? null;
  if (options.json === true) screen.json({ ...report, recording });
  else {
    for (const line of simulationLines(screen, report, performance.now() - began))
      screen.line(line);
    if (out !== undefined)
      screen.note(`seed ${report.worstSeed} is in ${out}: drover replay ${out}`);
  }
  return report.ok ? exitCodes.ok : exitCodes.notPassed;
};

interface Asked extends Omit<TrialOptions, 'seed' | 'onlooker'> {
  readonly from: number;
  readonly seeds: number;
  readonly tolerance: number;
}

async function askedOf(options: Options): Promise<Asked> {
  const project = await loadProject(configPath(options), { env: process.env });
  const measured = textFlag(options, 'measured');
  const known = measured === undefined ? undefined : readMeasured(measured);
  const assumptions = new Map<Name, Assumption>(
    servicesOf(project.root).map((spec) => [spec.name, assume(spec, known)]),
  );
  return {
    ...{ project, assumptions },
    from: countFlag(options, 'from') ?? 1,
    seeds: atLeastOne('seeds', countFlag(options, 'seeds') ?? 1_000),
    steps: atLeastOne('steps', countFlag(options, 'steps') ?? 200),
    tolerance: (countFlag(options, 'tolerance') ?? 5) / 100,
  };
}

function atLeastOne(flag: string, count: number): number {
  if (count > 0) return count;
  throw new SupervisorError('usage', `cannot understand --${flag} ${count}`, 'write 1 or more');
}

async function runTrials(
  asked: Asked,
  screen: Screen,
  options: Options,
): Promise<readonly Trial[]> {
  const isTold = screen.isErrorTerminal && options.json !== true && options.quiet !== true;
  const trials: Trial[] = [];
  let toldAt = 0;
  for (let seed = asked.from; seed < asked.from + asked.seeds; seed += 1) {
    trials.push(await runTrial({ ...asked, seed }));
    if (!isTold || performance.now() - toldAt < 100) continue;
    toldAt = performance.now();
    screen.overwrite(`… ${trials.length} of ${asked.seeds}`);
    // Else nobody could interrupt it: all of it happens within one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (isTold) screen.overwrite('');
  return trials;
}
