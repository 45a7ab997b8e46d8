/** The services of a recording, each with all that the recording tells of it. */
import type {
  ActorRecord,
  EventRecord,
  InspectionRecord,
  Plain,
  Recording,
  StateRecord,
} from './protocol.ts';

/** One service, and what the recording tells of it. */
export interface Role {
  readonly name: string;
  readonly actors: readonly number[];
  readonly states: readonly StateRecord[];
  readonly events: readonly EventRecord[];
  /** As the recording begins. */
  readonly begins: string;
}

/** Those that were there when the recording began, and those that came. */
export function actorsOf({ baseline, records }: Recording): readonly ActorRecord[] {
  return [
    ...baseline.actors.map(({ actor }) => actor),
    ...records.filter((record) => record.kind === 'actor'),
  ];
}

/** A service that was made anew is the same one still. */
export function rolesOf(recording: Recording): readonly Role[] {
  const { baseline, records } = recording;
  const made = actorsOf(recording);
  const names = [...new Set(made.flatMap(({ service }) => (service === null ? [] : [service])))];
  return names.map((name) => {
    const actors = made.filter(({ service }) => service === name).map(({ actor }) => actor);
    const about = records.filter(({ actor }) => actors.includes(actor));
    const states = about.filter(isState);
    const first = baseline.actors.find(({ actor }) => actors.includes(actor.actor))?.state ?? null;
    const all = first === null ? states : [first, ...states];
    const known = all.find((state) => statusOf(state) !== 'adopting');
    const begins = known === undefined ? 'stopped' : statusOf(known);
    const rest = states.slice(known === undefined ? states.length : states.indexOf(known) + 1);
    return { name, actors, states: rest, events: about.filter(isEvent), begins };
  });
}

const isState = (record: InspectionRecord): record is StateRecord => record.kind === 'state';
export const isEvent = (record: InspectionRecord): record is EventRecord => record.kind === 'event';

export const statusOf = ({ tags }: StateRecord): string => tags?.[0] ?? '';
export const isUp = (status: string): boolean =>
  status === 'running' || status === 'stopping' || status === 'killing';

export function exitOf({ event }: EventRecord): {
  readonly code: number | null;
  readonly signal: string | null;
} {
  const { exit } = (event.payload ?? {}) as { readonly exit?: Plain };
  const { code = null, signal = null } = (exit ?? {}) as {
    readonly code?: number | null;
    readonly signal?: string | null;
  };
  return code === null && signal === null ? { code: 0, signal: null } : { code, signal };
}
