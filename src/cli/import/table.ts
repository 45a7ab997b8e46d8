/** Maps of a foreign file, of which nothing is known yet. Pure. */

export type Table = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `NAME=value`, one a line. */
export function pairsOf(value: unknown): Readonly<Record<string, string>> {
  if (!Array.isArray(value)) return {};
  return Object.fromEntries(
    value.map((one) => {
      const [name = '', ...rest] = String(one).split('=');
      return [name, rest.join('=')];
    }),
  );
}
