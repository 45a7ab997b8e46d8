/**
 * Decides which kernel asks the system that we run on.
 */
import { createChecks } from './checks/index.ts';
import { createStrangerAt } from './checks/stranger.ts';
import { clock } from './linux/clock.ts';
import { createLinuxKernel, type LinuxOptions } from './linux/kernel.ts';
import { createLinuxListeners, type Listeners, type Strangers } from './listeners.ts';
import { nodeFiles } from './node-files.ts';
import { readPidFile } from './pid-file.ts';
import { type Kernel, KernelError } from './port.ts';
import { createLsofListeners, createPortableKernel } from './portable/index.ts';
import { watchFile } from './watch-file.ts';

/** How the system is asked. */
export type KernelOptions = LinuxOptions;

export function createKernel(options: KernelOptions = {}): Kernel {
  const common = {
    files: nodeFiles,
    readPidFile,
    watchFile: (path: string, changed: () => void) => watchFile(clock, path, changed),
  };
  if (process.platform === 'linux') {
    const linux = createLinuxKernel(common, options);
    return complete(linux, createLinuxListeners(linux.members));
  }
  if (process.platform === 'darwin') {
    const portable = createPortableKernel(common);
    return complete(portable, createLsofListeners(portable.members));
  }
  const where = `drover cannot run on ${process.platform}`;
  throw new KernelError('unsupported-platform', `${where}: it needs Linux or macOS`);
}

/** Checks are asked by means of all the other answers. */
function complete(
  answers: Omit<Kernel, 'check' | 'strangerAt'>,
  listeners: Listeners & Strangers,
): Kernel {
  const { check } = createChecks({ clock, run: answers.run, listeners });
  const close = () => {
    answers.close();
    nodeFiles.close();
  };
  return { ...answers, check, strangerAt: createStrangerAt(listeners), close };
}
