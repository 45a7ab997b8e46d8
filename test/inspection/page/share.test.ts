/** The names and commands that a shared stretch of time goes by. */
import { describe, expect, it } from 'vitest';
import { fileName, recordCommand, span } from '../../../inspector/share/share.ts';

describe('what is shared', () => {
  it('goes by a name that every file system takes', () => {
    const at = new Date(2026, 10, 5, 9, 7).getTime();
    expect(fileName('shop', at)).toBe('drover-shop-2026-11-05-0907');
    expect(fileName('../a b;rm -rf $HOME', at)).toBe('drover-a-b-rm--rf-HOME-2026-11-05-0907');
    expect(fileName('日本', at)).toBe('drover-system-2026-11-05-0907');
  });

  it('is told as a command that covers all of it', () => {
    expect([0, 900, 90_000, 90_001, 3_600_000].map(span)).toEqual(['1s', '1s', '90s', '2m', '60m']);
    expect(recordCommand(600_000, 'x.html')).toBe('drover record --since 10m -o x.html');
    expect(recordCommand(60_000, 'x.test.ts', true)).toBe(
      'drover record --since 60s --as-test x.test.ts',
    );
  });
});
