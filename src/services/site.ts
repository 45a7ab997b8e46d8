/** Where one service is resolved: what its relative paths and variables mean. Types, and paths. */
import { resolve } from 'node:path';
import type { Name } from '../machines/vocabulary.ts';
import type { Variables } from './interpolate.ts';
import type { Path, Problems } from './problems.ts';

export interface Site {
  readonly name: Name;
  /** The directory of the configuration file. */
  readonly baseDir: string;
  readonly stateDir: string;
  /** The manager's own environment. */
  readonly variables: Variables;
  readonly isRoot: boolean;
  /** Of the service in the configuration. */
  readonly path: Path;
  readonly problems: Problems;
  /** One and the same for all services that have an equal one; none is ever changed. */
  readonly share: <Value extends object>(value: Value) => Value;
}

/** Absolute; what is relative is so to the configuration file. `~/` is the manager's home. */
export function absolute(site: Pick<Site, 'baseDir' | 'variables'>, path: string): string {
  const home = site.variables['HOME'];
  if (home !== undefined && (path === '~' || path.startsWith('~/'))) {
    return resolve(home, path.slice(2));
  }
  return resolve(site.baseDir, path);
}

/** Of many services most are stopped and restarted alike. */
export function createShare(): Site['share'] {
  const known = new Map<string, object>();
  return <Value extends object>(value: Value): Value => {
    const id = JSON.stringify(value);
    const before = known.get(id);
    if (before === undefined) known.set(id, value);
    return (before ?? value) as Value;
  };
}
