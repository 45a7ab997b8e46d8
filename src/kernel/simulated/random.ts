/** Chance that can be had again: the same seed gives the same numbers, everywhere. */

/** From 0 up to, but not including, 1. */
export type Random = () => number;

/** mulberry32: 32 bits of state, a few operations, good enough for dice. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
