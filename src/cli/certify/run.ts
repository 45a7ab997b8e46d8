/** All experiments in their order, each told as it ends. What cannot go on after a failure is not tried. */
import { SupervisorError } from '../../services/errors.ts';
import type { Bench } from './bench.ts';
import { children } from './experiments/children.ts';
import { crash } from './experiments/crash.ts';
import { doubleStart } from './experiments/double-start.ts';
import { managerKilled } from './experiments/manager-killed.ts';
import { PidFileWatch } from './experiments/pid-file.ts';
import { portTaken } from './experiments/port-taken.ts';
import { reload } from './experiments/reload.ts';
import { slowStart } from './experiments/slow-start.ts';
import { start } from './experiments/start.ts';
import { stop } from './experiments/stop.ts';
import { proposalsOf } from './proposals.ts';
import type { ExperimentName, Found, Report, Result } from './result.ts';

export interface Audience {
  /** Before each. */
  readonly trying: (name: ExperimentName) => void;
  readonly tell: (result: Result) => void;
}

/** Rejects `interrupted`. */
export async function certify(bench: Bench, { trying, tell }: Audience): Promise<Report> {
  const results: Result[] = [];
  const experiment = async (name: ExperimentName, perform: () => Promise<Found> | Found) => {
    trying(name);
    const result = { name, ...(await guarded(perform)) };
    results.push(result);
    tell(result);
    return result.verdict;
  };
  await bench.open();
  const pidFile = new PidFileWatch(bench);
  const started = await experiment('start', () => start(bench, () => pidFile.started()));
  if (started === 'failed') await experiment('pid file', () => pidFile.judge(false));
  else {
    await experiment('reload', () => reload(bench));
    await experiment('double start', () => doubleStart(bench));
    await experiment('stop', () => stop(bench));
    await experiment('pid file', () => pidFile.judge(!bench.measured.isDeaf));
    await experiment('children', () => children(bench));
    await experiment('slow start', () => slowStart(bench));
    await experiment('kill -9', () => crash(bench));
    await experiment('port taken', () => portTaken(bench));
    await experiment('manager killed', () => managerKilled(bench));
  }
  return {
    service: bench.spec.name,
    ok: results.every(({ verdict }) => verdict !== 'failed'),
    results,
    proposals: proposalsOf(bench.spec, bench.measured, bench.scratch.isMoved),
    notes: notesOf(bench),
  };
}

/** That it does not start this time is a result as well. */
async function guarded(perform: () => Promise<Found> | Found): Promise<Found> {
  try {
    return await perform();
  } catch (error) {
    if (!(error instanceof SupervisorError) || error.code === 'interrupted') throw error;
    return { verdict: 'failed', summary: error.message, advice: error.hint, figures: {} };
  }
}

export function notesOf({ scratch }: Pick<Bench, 'scratch'>): readonly string[] {
  if (scratch.isMoved)
    return ['it had a data directory of its own, which was empty, and a free port'];
  return [
    'it ran in its own directory, on its own port and on its own data: drover cannot move it',
  ];
}
