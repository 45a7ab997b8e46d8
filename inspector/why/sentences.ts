/** The links of a causal chain as sentences. Their parts stay apart, so that a page can link actors. */
import type { ActorRecord, EventRecord, StateRecord } from '../../src/inspection/protocol.ts';
import { stateName } from '../model/words.ts';
import type { Link, Origin } from './chain.ts';
import { brief, delayName, duration, eventName } from './words.ts';

export type Part =
  | string
  | { readonly actor: number; readonly name: string }
  | { readonly code: string };

export interface Sentence {
  readonly kind: Link['kind'] | Origin;
  /** Where it leads: the record it tells of. */
  readonly seq: number;
  readonly at: number;
  readonly actor: number;
  readonly parts: readonly Part[];
}

export type Naming = (n: number) => ActorRecord | null;

export function sentenceOf(link: Link, naming: Naming): Sentence {
  const { seq, at, actor } = link.of;
  const kind = link.kind === 'origin' ? link.origin : link.kind;
  return { kind, seq, at, actor, parts: partsOf(link, naming) };
}

export const textOf = ({ parts }: Sentence): string =>
  parts
    .map((part) => (typeof part === 'string' ? part : 'code' in part ? part.code : part.name))
    .join('');

/** A service by its name alone; what works for one by both. */
export function nameOf(n: number | null, naming: Naming): string {
  const actor = n === null ? null : naming(n);
  if (actor === null) return n === null ? 'outside' : `actor ${n}`;
  if (actor.service !== null || actor.group !== null || actor.parent === null) return actor.id;
  const parent = naming(actor.parent);
  return parent === null || parent.parent === null ? actor.id : `${parent.id} ▸ ${actor.id}`;
}

function partsOf(link: Link, naming: Naming): readonly Part[] {
  const who = (n: number | null): Part =>
    n === null ? 'somebody outside' : { actor: n, name: nameOf(n, naming) };
  switch (link.kind) {
    case 'state':
      return [who(link.of.actor), ...moved(link.of, link.before), ...on(link.of.event)];
    case 'sent':
      // Whoever sent it is not on record; a journal tells facts so.
      if (link.of.source === null) {
        const after = [' after it was told ', ...quoted(link.because)];
        return [who(link.of.actor), ' was told ', ...quoted(link.of), ...after];
      }
      return [
        who(link.of.source),
        ' told ',
        who(link.of.actor),
        ' to ',
        ...quoted(link.of),
        ...(seesSomebody(link.because)
          ? [' because of what it saw of ', who(link.because.source)]
          : [' when it was told ', ...quoted(link.because)]),
      ];
    case 'reported':
      return [
        who(link.of.source),
        ' reported ',
        ...quoted(link.of),
        ...(link.after.actor === link.of.source
          ? [`, ${later(link.of.at - link.after.at)} it was told `, ...quoted(link.after)]
          : [
              ', which it was made for when ',
              who(link.after.actor),
              ' was told ',
              ...quoted(link.after),
            ]),
      ];
    case 'timer':
      return [
        'the delay ',
        { code: delayOf(link.of.event.type) },
        ' of ',
        who(link.of.actor),
        ` ran out, ${duration(link.of.at - link.armed.at)} after it began`,
      ];
    case 'created':
      return [
        who(link.of.actor),
        ' came to be when ',
        who(link.because.actor),
        ' was told ',
        ...quoted(link.because),
      ];
    case 'origin':
      return originParts(link, who);
  }
}

function originParts(
  link: Extract<Link, { kind: 'origin' }>,
  who: (n: number | null) => Part,
): readonly Part[] {
  const { of, origin } = link;
  const what = of.kind === 'event' ? quoted(of) : [];
  const source = of.kind === 'event' ? of.source : null;
  switch (origin) {
    case 'command':
      return ['a command reached ', who(of.actor), ': ', ...what];
    case 'outside':
      return ['from outside, ', who(of.actor), ' was sent ', ...what];
    case 'exit':
      return [who(source), ' reported ', ...what, ', and nobody had asked it to leave'];
    case 'fact':
      return [who(source), ' reported ', ...what];
    case 'begin':
      return [who(of.actor), ' began'];
    case 'lost':
      return ['what came before is not kept here any more'];
  }
}

function moved(state: StateRecord, before: StateRecord | null): readonly Part[] {
  if (state.status === 'error')
    return [' failed', ...(state.error ? [': ', { code: state.error }] : [])];
  if (state.status !== 'active') return [state.status === 'done' ? ' was done' : ' was stopped'];
  const value = stateName(state.value);
  const was = stateName(before?.value ?? null);
  if (value === '') return [' went on'];
  // A recorder that came later tells so how it found everything.
  const isFound = state.event === '' && state.handles === null;
  if (was === '' && isFound) return [' was in ', { code: value }, ' when the recording began'];
  if (was === '') return [' began in ', { code: value }];
  if (was === value) return [' stayed ', { code: value }];
  return [' went from ', { code: was }, ' to ', { code: value }];
}

function on(type: string): readonly Part[] {
  if (type === 'xstate.init' || type === 'xstate.stop' || type === '') return [];
  return [' on ', { code: eventName(type) }];
}

function quoted({ event }: EventRecord): readonly Part[] {
  const more = brief(event);
  const name: Part = { code: eventName(event.type) };
  return more === '' ? [name] : [name, ` (${more})`];
}

const later = (ms: number): string => (ms < 1 ? 'as soon as' : `${duration(ms)} after`);

const seesSomebody = ({ event, source }: EventRecord): boolean =>
  source !== null && event.type.startsWith('xstate.snapshot.');

const delayOf = (type: string): string => delayName(type.split('.')[2] ?? '');
