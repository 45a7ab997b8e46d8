/** The persistent list behaves as an array that is copied for each change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, items, put, vectorOf } from '../../src/machines/vector.ts';
import { law, patience } from './settings.ts';

const sizes = fc.oneof(fc.nat(70), fc.constantFrom(31, 32, 33, 1_023, 1_024, 1_025));
const edits = fc.array(fc.tuple(fc.nat(5_000), fc.nat()), { maxLength: 30 });

describe('a vector', patience, () => {
  it('is an array, and its older versions stay what they were', () => {
    law(150, [sizes, edits], (size, changes) => {
      let array = Array.from({ length: size }, (_, n) => -n);
      let vector = vectorOf(array);
      const versions = [{ vector, array }];
      for (const [where, value] of size === 0 ? [] : changes) {
        array = array.with(where % size, value);
        vector = put(vector, where % size, value);
        versions.push({ vector, array });
      }
      for (const version of versions) expect([...items(version.vector)]).toEqual(version.array);
      for (let n = 0; n < size; n += 1) expect(at(vector, n)).toBe(array[n]);
    });
  });

  it('has nothing outside of itself', () => {
    law(50, [sizes, fc.nat(3_000)], (size, beyond) => {
      const vector = vectorOf(Array.from({ length: size }, () => 'x'));
      expect(() => at(vector, size + beyond)).toThrow('no item');
      expect(() => at(vector, -1 - beyond)).toThrow('no item');
    });
  });
});
