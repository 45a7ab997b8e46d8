/** What people told the system, in their words. Pure. */
import type { Command } from '../model/lanes.ts';

/** One wish of a person may reach a supervisor as several commands at once. */
export function saysLess({ at, names }: Command, next: Command | undefined): boolean {
  if (next === undefined || next.at - at > 50) return false;
  return next.type === 'recycle' || (names === null && next.names !== null);
}

/** As a person says it. */
const words = new Map([
  ['want', 'start'],
  ['unwant', 'stop'],
  ['recycle', 'restart'],
]);

export function commandText({ type, names }: Command): string {
  const word = words.get(type) ?? type;
  if (names === null || names.length === 0) return word;
  return names.length > 3 ? `${word} ${names.length} services` : `${word} ${names.join(', ')}`;
}
