/** The stretch that the timeline shows, kept while other views are looked at. */
import { signal } from '@preact/signals';
import { panned, type Range, within, zoomed } from '../model/range.ts';
import { currentTime, history, moment, now, source } from '../model/session.ts';

/** Null: all there is. `isSliding`: its end is now. */
export const range = signal<(Range & { readonly isSliding: boolean }) | null>(null);
export const mode = signal<'lanes' | 'waterfall' | 'table'>('lanes');

/** How far one knows what everybody did. */
export function known(): number {
  return Math.max(history.peek().last, currentTime());
}

export function bounds(): Range {
  const { first } = history.peek();
  const until = known();
  // What happened at the very end is to be seen whole.
  const margin = source.peek()?.kind === 'live' ? 0 : (until - first) * 0.015;
  return { from: first, until: Math.max(until + margin, first + 1) };
}

/** Subscribes to the clock where what is shown moves with it. */
export function shownRange(): Range {
  const isLive = source.value?.kind === 'live';
  const held = range.value;
  if (isLive && (held === null || held.isSliding) && moment.value === null) now.value;
  const all = bounds();
  if (held === null) return all;
  const slidTo = held.isSliding && isLive ? all.until : held.until;
  return within({ from: slidTo - (held.until - held.from), until: slidTo }, all);
}

function show(next: Range): void {
  const all = bounds();
  const isAll = next.from <= all.from && next.until >= all.until;
  range.value = isAll ? null : { ...next, isSliding: next.until >= all.until - 1 };
}

export const zoom = (factor: number, about: number): void =>
  show(zoomed(shownRange(), factor, about, bounds()));

export const pan = (byMs: number): void => show(panned(shownRange(), byMs, bounds()));

export const showStretch = (next: Range): void => show(within(next, bounds()));

export function showAll(): void {
  range.value = null;
}
