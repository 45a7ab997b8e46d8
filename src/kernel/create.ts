/**
 * Decides which kernel asks the system that we run on.
 */
import { createChecks } from './checks/index.ts';
import { clock } from './linux/clock.ts';
import { createLinuxKernel, type LinuxOptions } from './linux/kernel.ts';
import { createLinuxListeners } from './listeners.ts';
import { nodeFiles } from './node-files.ts';
import { readPidFile } from './pid-file.ts';
import { type Kernel, KernelError } from './port.ts';
import { watchFile } from './watch-file.ts';

/** How the system is asked. */
export type KernelOptions = LinuxOptions;

export function createKernel(options: KernelOptions = {}): Kernel {
  if (process.platform === 'linux') return createRealLinuxKernel(options);
  const where = `drover cannot run on ${process.platform}`;
  throw new KernelError('unsupported-platform', `${where}: it needs Linux or macOS`);
}

function createRealLinuxKernel(options: LinuxOptions): Kernel {
  const watch = (path: string, changed: () => void) => watchFile(clock, path, changed);
  const linux = createLinuxKernel({ files: nodeFiles, readPidFile, watchFile: watch }, options);
  const { check } = createChecks({
    clock,
    run: linux.run,
    listeners: createLinuxListeners(linux.members),
  });
  const close = () => {
    linux.close();
    nodeFiles.close();
  };
  return { ...linux, check, close };
}
