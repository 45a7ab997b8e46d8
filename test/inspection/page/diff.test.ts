/** The difference between two contexts, as the inspector's page shows it. */
import { describe, expect, it } from 'vitest';
import { below, changedLeaves, difference, isEqual } from '../../../inspector/context/diff.ts';
import type { Plain } from '../../../src/inspection/protocol.ts';

const told = (before: Plain | undefined, after: Plain | undefined) =>
  below(difference('', before, after)).map(({ key, change }) => `${key} ${change}`);

describe('the difference of two contexts', () => {
  it('tells what came, went, changed and stayed, and where to look deeper', () => {
    expect(
      told({ a: 1, b: 2, c: { x: 1 }, gone: null }, { a: 1, b: 3, c: { x: 2 }, fresh: null }),
    ).toEqual(['a same', 'b changed', 'c inside', 'fresh added', 'gone removed']);
  });

  it('takes a null for a value and a missing key for none', () => {
    expect(told({ a: null }, {})).toEqual(['a removed']);
    expect(told({}, { a: null })).toEqual(['a added']);
    expect(told({ a: null }, { a: null })).toEqual(['a same']);
  });

  it('calls a list that became an object changed, and goes no deeper', () => {
    const [one] = below(difference('', { a: [1] }, { a: { 0: 1 } }));
    expect(one?.change).toBe('changed');
  });

  it('marks everything in what was added, at any depth', () => {
    const [fresh] = below(difference('', {}, { fresh: { a: { b: 1 } } }));
    const [a] = below(fresh as never);
    expect([fresh?.change, a?.change, a?.before]).toEqual(['added', 'added', undefined]);
    expect(below(a as never).map(({ key, change }) => `${key} ${change}`)).toEqual(['b added']);
  });

  it('shows what was in something removed', () => {
    const [gone] = below(difference('', { gone: { a: 1 } }, {}));
    expect(below(gone as never)).toEqual([
      { key: 'a', change: 'removed', before: 1, after: undefined },
    ]);
  });

  it('pairs the items of a list that grew, that slid, and that lost one in the middle', () => {
    expect(told([1, 2], [1, 2, 3])).toEqual(['0 same', '1 same', '2 added']);
    expect(told([1, 2, 3], [2, 3, 4])).toEqual(['0 removed', '0 same', '1 same', '2 added']);
    expect(told([1, 2, 3], [1, 3])).toEqual(['0 same', '1 removed', '1 same']);
    expect(told([1, 2, 3], [1, 9, 3])).toEqual(['0 same', '1 changed', '2 same']);
  });

  it('lists the leaves that differ with the way to each', () => {
    const leaves = changedLeaves({ a: { b: [1, 2] }, c: 1 }, { a: { b: [1, 5] }, c: 1, d: {} });
    expect(leaves).toEqual([
      { path: ['a', 'b', '1'], change: 'changed', before: 2, after: 5 },
      { path: ['d'], change: 'added', before: undefined, after: {} },
    ]);
  });

  it('stops listing where it was told to', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]));
    expect(changedLeaves({}, many)).toHaveLength(200);
    expect(changedLeaves({ a: {} }, { a: many }, 10)).toHaveLength(10);
  });

  it('is not led astray by names that every object has', () => {
    const hostile = JSON.parse('{"__proto__": 1, "constructor": 2}') as Plain;
    expect(told({}, hostile)).toEqual(['__proto__ added', 'constructor added']);
    expect(isEqual({}, hostile)).toBe(false);
  });
});
