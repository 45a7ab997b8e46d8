/** Services for a whole run of Vitest: up before the first test, gone after the last. */
import type {} from 'vitest';
import type { TestProject } from 'vitest/node';
import { type ServicesOptions, startServices } from './services.ts';

/** What `inject('drover')` gives to a test. */
export interface GivenServices {
  readonly ports: Readonly<Record<string, number>>;
  readonly directory: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    drover: GivenServices;
  }
}

/**
 * For a file named in `globalSetup`: `export default globalServices({ config: 'drover.yaml' })`.
 * Relative paths are relative to the root of the project.
 */
export function globalServices<const Port extends string = never>(
  options: ServicesOptions<Port>,
): (project: TestProject) => Promise<() => Promise<void>> {
  return async (project) => {
    const services = await startServices({ baseDir: project.config.root, ...options });
    const { ports, directory } = services;
    project.provide('drover', { ports, directory });
    return () => services.close();
  };
}
