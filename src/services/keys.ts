/** Keys are camelCase in TypeScript and snake_case in files, except where users choose them. */

/** `fields`: keys of ours. `names`: of services and the like, with fields below. `free`: the user's. */
export type MapKind = 'fields' | 'names' | 'free';

const nameMaps: ReadonlySet<string> = new Set(['services', 'groups', 'dependsOn']);
const freeMaps: ReadonlySet<string> = new Set([
  'environment',
  'env',
  'labels',
  'limits',
  'settings',
]);

/** Of the map behind `key`, in a map of the given kind. */
export function kindBehind(kind: MapKind, key: string): MapKind {
  if (kind === 'names') return 'fields';
  if (kind === 'free') return 'free';
  if (nameMaps.has(key)) return 'names';
  return freeMaps.has(key) ? 'free' : 'fields';
}

export const toCamel = (key: string): string =>
  key.replace(
    /([a-z0-9])_([a-z0-9])/g,
    (_, before: string, after: string) => `${before}${after.toUpperCase()}`,
  );

export const toSnake = (key: string): string =>
  key.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before}_${after.toLowerCase()}`,
  );

/** camelCase in a file becomes snake_case and so stays unknown: there is one way to write a key. */
export const keyOf = (written: string): string =>
  /[A-Z]/.test(written) ? toSnake(written) : toCamel(written);

/** How far the parts of a file may be nested in each other. */
export const deepest = 32;

/** Where files must write a unit; a bare number there would be seconds to some and milliseconds to others. */
export const durationKeys: ReadonlySet<string> = new Set([
  'after',
  'delay',
  'gracePeriod',
  'interval',
  'killTimeout',
  'maxDelay',
  'period',
  'resetAfter',
  'startPeriod',
  'stopGracePeriod',
  'sweep',
  'timeout',
  'tryTimeout',
  'wait',
  'waitReady',
]);

/** Where `027` is not the number twenty-seven. */
export const octalKeys: ReadonlySet<string> = new Set(['umask', 'mode']);

/** An own key of one of these names changes what every object is. */
export const forbiddenKeys: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
]);
