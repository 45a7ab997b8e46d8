/** A stretch of what a recorder holds, as something that can be kept, sent and opened. */
import type {
  Baseline,
  GroupRow,
  Info,
  InspectionRecord,
  RecordedLine,
  Recording,
  ServiceRow,
} from './protocol.ts';
import type { Recorder } from './recorder.ts';

/** What a recorder does not know. */
export interface RecordingExtras {
  readonly info: Omit<Info, 'protocol' | 'source' | 'control' | 'capacity'>;
  readonly services?: readonly ServiceRow[];
  readonly groups?: readonly GroupRow[];
  readonly logs?: readonly RecordedLine[];
}

/**
 * From `since` to `until`, milliseconds since 1970; it begins later where the recorder
 * no longer knows of all that. Layouts are for whoever wants them to fill in.
 */
export function recordingOf(
  recorder: Recorder,
  since: number,
  until: number,
  { info, services = [], groups = [], logs = [] }: RecordingExtras,
): Recording {
  const baseline = recorder.baselineAt(since);
  const { records } = recorder.since(baseline.seq, Number.POSITIVE_INFINITY);
  const within = records.filter(({ at }) => at <= until);
  const from = recorder.dropped >= baseline.seq ? Math.max(since, within[0]?.at ?? since) : since;
  const named = new Set(definitionsOf(baseline, within));
  return {
    format: 'drover-recording',
    info: {
      protocol: 1,
      ...info,
      source: 'recording',
      control: false,
      capacity: recorder.capacity,
    },
    from,
    until,
    definitions: recorder.definitions().filter(({ definition }) => named.has(definition)),
    baseline: { ...baseline, at: from },
    records: within,
    services,
    groups,
    logs: logs.filter(({ at }) => at >= from && at <= until),
  };
}

function definitionsOf(
  { actors }: Baseline,
  records: readonly InspectionRecord[],
): readonly (number | null)[] {
  const made = records.filter((record) => record.kind === 'actor');
  return [...actors.map(({ actor }) => actor), ...made].map(({ definition }) => definition);
}
