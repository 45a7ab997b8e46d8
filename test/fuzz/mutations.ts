/** Texts that were valid once, and what may have become of them; all of it shrinks. */
import fc from 'fast-check';

/** At a place, as a share of the whole, so that a shorter text is mutated alike. */
type Change = (text: string) => string;

const share = fc.double({ min: 0, max: 1, noNaN: true });
const at = (text: string, part: number): number => Math.floor(part * text.length);

const cut = fc.tuple(share, fc.nat(40)).map(
  ([part, length]): Change =>
    (text) =>
      text.slice(0, at(text, part)) + text.slice(at(text, part) + length),
);
const truncated = share.map(
  (part): Change =>
    (text) =>
      text.slice(0, at(text, part)),
);
const repeated = fc.tuple(share, share, fc.nat(80)).map(
  ([from, to, length]): Change =>
    (text) => {
      const piece = text.slice(at(text, from), at(text, from) + length);
      return text.slice(0, at(text, to)) + piece + text.slice(at(text, to));
    },
);
const swapped = fc.tuple(share, share).map(
  ([one, other]): Change =>
    (text) => {
      const lines = text.split('\n');
      const [i, j] = [one, other].map((part) => Math.floor(part * (lines.length - 1)));
      const [first, second] = [lines[i ?? 0] ?? '', lines[j ?? 0] ?? ''];
      lines[i ?? 0] = second;
      lines[j ?? 0] = first;
      return lines.join('\n');
    },
);
const flipped = fc.tuple(share, fc.nat(6)).map(
  ([part, bit]): Change =>
    (text) => {
      const place = Math.min(at(text, part), text.length - 1);
      if (place < 0) return text;
      const code = text.charCodeAt(place) ^ (1 << bit);
      return text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
    },
);

const inserted = (words: readonly string[]) =>
  fc.tuple(share, fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 12 }))).map(
    ([part, word]): Change =>
      (text) =>
        text.slice(0, at(text, part)) + word + text.slice(at(text, part)),
  );

/** Of one of them, with a few changes; `words` are what means something where it is read. */
export const mutated = (texts: readonly string[], words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...texts),
      fc.array(fc.oneof(cut, truncated, repeated, swapped, flipped, inserted(words)), {
        maxLength: 5,
      }),
    )
    .map(([text, changes]) => changes.reduce((sum, change) => change(sum), text));

/** The same data with one of its parts, anywhere, replaced. */
export const altered = (values: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...values), fc.array(fc.nat(12), { maxLength: 6 }), fc.jsonValue())
    .map(([value, way, other]) => replaced(structuredClone(value), way, other));

function replaced(value: unknown, way: readonly number[], other: unknown): unknown {
  const [step, ...rest] = way;
  if (step === undefined || typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const parts = value as Record<string, unknown>;
  parts[key] = replaced(parts[key], rest, other);
  return value;
}
