/** A mistake that such programs are known to make, and how it is planted in ours. */

export interface Edit {
  /** From the root of the project. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Who has to notice it: the simulation, by whatever it checks; or one test, where nothing simulated runs that code. */
export type Detector =
  | { readonly kind: 'simulation' }
  | { readonly kind: 'test'; readonly file: string; readonly name: string };

export interface Mutant {
  /** Finishes "a drover that ...". */
  readonly name: string;
  /** Who makes this mistake, or which entry of the catalogue of failures it is. */
  readonly seenIn: string;
  readonly edits: readonly Edit[];
  readonly detector: Detector;
}

export const simulation: Detector = { kind: 'simulation' };

export function test(file: string, name: string): Detector {
  return { kind: 'test', file, name };
}

/** The usual one: one edit, and the simulation has to notice. */
export function mutant(
  name: string,
  seenIn: string,
  [file, find, replace]: readonly [string, string, string],
  detector: Detector = simulation,
): Mutant {
  return { name, seenIn, edits: [{ file, find, replace }], detector };
}
