/** Ten thousand crashes leave nothing behind in the supervisor: no memory, and no timer. */
import { beforeAll, expect, it } from 'vitest';
import { measured } from './measured.ts';

const restarts = 10_000;

interface Look {
  readonly done: number;
  readonly running: number;
  readonly restarts: number;
  readonly heap: number;
  /** Bytes of files that the simulation keeps in the heap. */
  readonly written: number;
  readonly timers: number;
}

let looks: readonly Look[] = [];
const own = ({ heap, written }: Look) => heap - written;

beforeAll(async () => {
  looks = await measured<readonly Look[]>('leaks.mjs', [restarts], ['--expose-gc']);
}, 300_000);

it('restarts each time', () => {
  expect(looks.at(-1)).toMatchObject({ done: restarts, restarts, running: 20 });
});

it('sets no timer that stays', () => {
  expect(looks.map(({ timers }) => timers)).toEqual(looks.map(() => 0));
});

it('has no more in memory after 10,000 than after some thousand', () => {
  // By then what is kept of the past is as much as is kept of it at the most.
  const early = Math.min(...looks.slice(2, 5).map(own));
  const late = Math.min(...looks.slice(-3).map(own));
  // A hundred bytes of each restart would be 700 kB.
  expect(late - early).toBeLessThan(700_000);
});
