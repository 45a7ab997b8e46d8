/** Events that somebody asks about: as they are written, and as a state of the past knew them. */
import { describe, expect, it } from 'vitest';
import { knownIn } from '../../../inspector/what-if/from-definition.ts';
import { readEvent } from '../../../inspector/what-if/payload.ts';
import type { Definition, DefinitionEdge } from '../../../src/inspection/protocol.ts';

describe('an event as it is written', () => {
  const problem = (type: string, payload: string) => {
    const written = readEvent(type, payload);
    return written.kind === 'problem' ? written.problem : null;
  };

  it('is a name, and an object where it brings something', () => {
    expect(readEvent(' GO ', ' ')).toEqual({ kind: 'event', event: { type: 'GO' } });
    expect(readEvent('GO', '{"by": 1}')).toEqual({
      kind: 'event',
      event: { type: 'GO', payload: { by: 1 } },
    });
  });

  it('is refused with the reason', () => {
    expect(problem('', '{}')).toBe('an event needs a name');
    expect(problem('GO', '[1]')).toMatch(/must be an object/);
    expect(problem('GO', 'null')).toMatch(/must be an object/);
    expect(problem('GO', '{')).toMatch(/^that is no JSON: /);
    expect(problem('GO', '{"type": "STOP"}')).toMatch(/leave out "type"/);
  });
});

describe('what a state of the past knew', () => {
  const node = (id: string, name: string, parent: string | null) => ({
    ...{ id, name, parent, kind: 'atomic' as const, initial: null, description: null },
    ...{ tags: [], entry: [], exit: [], invokes: [] },
  });
  const edge = (source: string, event: string, guard: string | null = null): DefinitionEdge => ({
    ...{ id: `${source} ${event}`, source, target: null, kind: 'event', event, label: event },
    ...{ guard, actions: [] },
  });
  const definition: Definition = {
    definition: 1,
    id: 'light',
    root: 'light',
    nodes: [
      node('light', 'light', null),
      node('light.on', 'on', 'light'),
      node('own-id', 'bright', 'light.on'),
      node('light.off', 'off', 'light'),
    ],
    edges: [
      edge('light', 'BREAK'),
      edge('light.on', 'OFF', 'isAllowed'),
      edge('own-id', 'DIM'),
      edge('own-id', ''),
      edge('light.off', 'ON'),
    ],
    layout: null,
  };

  it('are the events of every active state, outer ones too', () => {
    const known = knownIn(definition, { on: 'bright' });
    expect(known.map(({ event, possible }) => [event, possible])).toEqual([
      ['BREAK', true],
      ['OFF', null],
      ['DIM', true],
    ]);
    expect(knownIn(definition, 'off').map(({ event }) => event)).toEqual(['BREAK', 'ON']);
  });
});
