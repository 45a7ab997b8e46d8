/**
 * The public `resolveProject`, which answers at once and yet loads nothing before it is
 * asked: everything that knows schemas weighs as much as all the rest of drover.
 */
import { createRequire } from 'node:module';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import type { Config } from './definition.ts';
import type { ResolveOptions } from './resolve.ts';

/** Throws a ConfigError with all problems. */
export function resolveProject(config: Config, options: ResolveOptions): ProjectSpec {
  const kind = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = createRequire(import.meta.url)(
    `./resolve.${kind}`,
  ) as typeof import('./resolve.ts');
  return module.resolveProject(config, options);
}
