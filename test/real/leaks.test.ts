/** Real crashes leave nothing behind in the host: no descriptor, handle, listener or process. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measured } from '../scale/measured.ts';
import { built } from '../support/built.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Look {
  readonly done: number;
  readonly descriptors: number;
  readonly resources: number;
  readonly listeners: number;
  readonly processes: number;
  readonly helperDescriptors: number;
}

const restarts = 500;

it('holds no more after 500 crashes than after 100', { timeout: 300_000 }, async () => {
  const state = join(temporaryDirectory('drover-leaks-'), 'state');
  const words = [join(built, 'index.js'), state, restarts];
  const looks = await measured<readonly Look[]>('leak-host.mjs', words, ['--expose-gc']);
  expect(looks.map(({ done }) => done)).toEqual([100, 200, 300, 400, 500]);
  const [first] = looks;
  const held = ({ done: _, ...rest }: Look) => rest;
  for (const look of looks.slice(1)) {
    for (const [what, count] of Object.entries(held(look))) {
      if (what === 'heap') continue;
      expect({ what, count }).toEqual({
        what,
        count: Math.min(count, first?.[what as keyof Look] ?? 0),
      });
    }
  }
});
