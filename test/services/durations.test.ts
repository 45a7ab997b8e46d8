import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/services/durations.ts';
import { parseSize } from '../../src/services/sizes.ts';

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
    ['1.5s', 1_500],
    ['0', 0],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['10', '', 's', '10 s', '-1s', '1e3s', '10sec', '99999999d'])('refuses "%s"', (text) =>
    expect(parseDuration(text)).toBeNull(),
  );

  it('adds up its parts', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(59), fc.nat(59), (h, m, s) => {
        expect(parseDuration(`${h}h${m}m${s}s`)).toBe(((h * 60 + m) * 60 + s) * 1_000);
      }),
    );
  });
});

describe('a size', () => {
  it.each([
    ['10MB', 10_000_000],
    ['10MiB', 10_485_760],
    ['10m', 10_485_760],
    ['512 kB', 512_000],
    ['100', 100],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(['', 'MB', '-1', '10 MBs', '1e9'])('refuses "%s"', (text) =>
    expect(parseSize(text)).toBeNull(),
  );
});
