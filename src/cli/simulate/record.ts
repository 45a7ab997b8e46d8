/** Plays one seed again with a recorder beside it, for `drover replay` and the inspector. */
import { createRecorder } from '../../inspection/index.ts';
import type { Recording } from '../../inspection/protocol.ts';
import { recordingOf } from '../../inspection/recording.ts';
import type { Onlooker } from '../../simulation/onlooker.ts';
import type { System } from '../../simulation/system.ts';
import { version } from '../../version.ts';
import { runTrial, type TrialOptions } from './trial.ts';

/** When it all begins, for a page that shows the time of day. */
const beginning = Date.UTC(2_000, 0, 1);
const capacity = 1_000_000;

export async function recordTrial(options: Omit<TrialOptions, 'onlooker'>): Promise<Recording> {
  let system: System | null = null;
  // The time that goes on through reboots, and when somebody sets the clock.
  const now = (): number => beginning + (system?.now ?? 0);
  const recorder = createRecorder({ capacity, now });
  const onlooker = (simulated: System): Onlooker => {
    system = simulated;
    return {
      booted: ({ supervisor }) => {
        if (supervisor !== null) recorder.attach(supervisor.actor);
      },
    };
  };
  await runTrial({ ...options, onlooker });
  const name = `${options.project.name}, seed ${options.seed}`;
  const info = { subject: 'supervisor', name, version } as const;
  const recording = recordingOf(recorder, beginning, now(), { info });
  recorder.close();
  return recording;
}
