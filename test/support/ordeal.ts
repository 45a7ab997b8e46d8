/**
 * How far the hard tests go: as far as fits beside all others, or, with
 * DROVER_ORDEAL=long (`npm run ordeal`), through everything they have.
 */
export const isLong = process.env['DROVER_ORDEAL'] === 'long';

/** By DROVER_ORDEAL_<NAME> it can be any other number. */
export function sized(name: string, short: number, long: number): number {
  const chosen = process.env[`DROVER_ORDEAL_${name.toUpperCase()}`];
  if (chosen !== undefined) return Number(chosen);
  return isLong ? long : short;
}

/** What it came to; nobody reads that of a short run. */
export function report(what: string): void {
  if (isLong) console.log(what);
}
