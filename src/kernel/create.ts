/**
 * Decides which kernel asks the system that we run on.
 */

import { clock } from './linux/clock.ts';
import { createLinuxKernel } from './linux/kernel.ts';
import { nodeFiles } from './node-files.ts';
import { readPidFile } from './pid-file.ts';
import { type Kernel, KernelError } from './port.ts';
import { watchFile } from './watch-file.ts';

export function createKernel(): Kernel {
  if (process.platform === 'linux') return createRealLinuxKernel();
  const where = `drover cannot run on ${process.platform}`;
  throw new KernelError('unsupported-platform', `${where}: it needs Linux or macOS`);
}

function createRealLinuxKernel(): Kernel {
  const linux = createLinuxKernel({
    files: nodeFiles,
    readPidFile,
    watchFile: (path, changed) => watchFile(clock, path, changed),
  });
  const check: Kernel['check'] = (check, _context, done) => {
    process.nextTick(done, { passed: false, reason: `cannot check ${check.kind} yet` });
    return () => {};
  };
  const close = () => {
    linux.close();
    nodeFiles.close();
  };
  return { ...linux, check, close };
}
