/** An event as somebody writes it: its name and, as JSON, what it brings. */
import type { Plain, PlainEvent } from '../../src/inspection/protocol.ts';

export type Written =
  | { readonly kind: 'event'; readonly event: PlainEvent }
  | { readonly kind: 'problem'; readonly problem: string };

export function readEvent(type: string, payload: string): Written {
  const name = type.trim();
  if (name === '') return problem('an event needs a name');
  if (payload.trim() === '') return { kind: 'event', event: { type: name } };
  try {
    const value = JSON.parse(payload) as Plain;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return problem('what it brings must be an object: { "reason": "…" }');
    }
    if (Object.hasOwn(value, 'type')) return problem('leave out "type": the name above is it');
    return { kind: 'event', event: { type: name, payload: value } };
  } catch (error) {
    return problem(`that is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const problem = (text: string): Written => ({ kind: 'problem', problem: text });
