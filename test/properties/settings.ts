/**
 * How often each property is tried. As it stands: the same cases every time, so that nobody's
 * change fails for what was there before it. `FC_RUNS=50` tries fifty times as many, new ones
 * each time; `FC_SEED=7` those of that seed. A failure prints the seed of its case.
 */
import fc from 'fast-check';

const factor = Number(process.env['FC_RUNS'] ?? 1);
const seed = process.env['FC_SEED'] ?? (factor === 1 ? '1' : null);

/** Long enough for the factor: a property is one test. */
export const patience = { timeout: 120_000 * factor };

/** Holds for all: `law(200, [fc.nat()], (n) => { ... })`. */
export function law<Values extends [unknown, ...unknown[]]>(
  usualRuns: number,
  values: { [Index in keyof Values]: fc.Arbitrary<Values[Index]> },
  holds: (...values: Values) => unknown,
): void {
  const property = fc.property(...values, (...some: Values) => {
    holds(...some);
  });
  fc.assert(property, runs(usualRuns));
}

export function runs(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return {
    numRuns: Math.ceil(usual * factor),
    ...(seed === null ? {} : { seed: Number(seed) }),
  };
}

/** What can be asked, wherever a story has got to, whether all is well. */
interface Real<Model> {
  /** Whatever was done, it was done to what was at rest. */
  isExact: boolean;
  check(): void;
  settle(model: Model): void;
}

/** `settles`: all comes to rest before the next command. */
export function acting<Model extends object, Target extends Real<Model>>(
  name: string,
  settles: boolean,
  act: (model: Model, real: Target) => void,
): fc.Command<Model, Target> {
  return {
    check: () => true,
    run: (model, real) => {
      act(model, real);
      real.check();
      if (settles) real.settle(model);
      else real.isExact = false;
    },
    toString: () => (settles ? `${name}, settled` : name),
  };
}

/** Any text, and much of it nearly right. */
export const texts = (...pieces: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4, unit: 'binary' })), {
      maxLength: 12,
    })
    .map((all) => all.join(''));
