/** The configuration file of a daemon, read again whenever it is asked to. */
import { dirname } from 'node:path';
import { findConfig, loadProject } from '../services/load.ts';
import type { ConfigSource } from './host.ts';

/** Throws `no-config`, `ambiguous-config`. The file may change its content, not its place. */
export function fileSource(path: string, env: NodeJS.ProcessEnv = process.env): ConfigSource {
  const file = findConfig(path);
  return {
    file,
    load: () => loadProject(file, { env }),
    // What is not a configuration is refused with all its problems.
    resolve: async (config) => {
      const { resolveUnknown } = await import('../services/resolve.ts');
      return resolveUnknown(config, { baseDir: dirname(file), env }, {});
    },
  };
}
