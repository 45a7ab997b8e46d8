/** A run as people look at it: what its machines did, and among their lines what was done to them. */
import type { GroupRow, RecordedLine, Recording, ServiceRow } from '../inspection/protocol.ts';
import { createRecorder, type Recorder } from '../inspection/recorder.ts';
import { recordingOf } from '../inspection/recording.ts';
import type { GroupStatus, ServiceStatus } from '../runtime/api.ts';
import { version } from '../version.ts';
import { describeAct, type TimedAct } from './acts.ts';
import { Run } from './run.ts';
import type { Scenario } from './scenario.ts';

/** Where simulated time begins; a clock that is set in the run does not move it. */
const firstDay = Date.UTC(2030, 0, 1);

/** Plays the run once more, with somebody who writes along. */
export async function recordedRun(
  scenario: Scenario,
  acts: readonly TimedAct[],
  lastsMs: number,
): Promise<Recording> {
  let run: Run | null = null;
  const now = () => firstDay + (run?.system.now ?? 0);
  const recorder = createRecorder({ now });
  run = new Run(scenario, { inspect: recorder.observe });
  await run.replay(acts, lastsMs);
  if (scenario.mode === 'liveness') await run.rest();
  return told(run, recorder, acts, now());
}

function told(run: Run, recorder: Recorder, acts: readonly TimedAct[], until: number): Recording {
  const { system } = run;
  const status = system.supervisor?.status();
  const names = run.facts.requirements.names;
  const recording = recordingOf(recorder, firstDay, until, {
    info: {
      subject: 'supervisor',
      name: `simulated on seed ${system.scenario.seed}`,
      version,
    },
    services: (status?.services ?? []).map(rowOf),
    groups: (status?.groups ?? []).map(groupOf),
    logs: acts.flatMap((act) => linesOf(act, names)),
  });
  recorder.close();
  return recording;
}

/** An act is told among the lines of those it is about, or of everybody's. */
function linesOf({ atMs, act }: TimedAct, all: readonly string[]): readonly RecordedLine[] {
  const named = 'name' in act ? [act.name] : 'names' in act ? act.names : all;
  const text = `[simulation] ${describeAct(act)}`;
  return named.map((service) => ({ service, text, at: firstDay + atMs }));
}

function rowOf(status: ServiceStatus): ServiceRow {
  const { name, group, state, detail, desired, pinned, pid, startedAt, restarts } = status;
  const { adopted, ready, healthy, failure, why, dependsOn } = status;
  return {
    ...{ name, group, state, detail, desired, pinned, pid, startedAt, restarts },
    ...{ adopted, ready, healthy, failure: failure?.message ?? null, why, dependsOn },
    ...{ cpu: null, rss: null },
  };
}

const groupOf = ({ name, parent, state, strategy, members }: GroupStatus): GroupRow => ({
  ...{ name, parent, state, strategy, members },
});
