/** One manager per directory, for as long as that manager lives. */
import type { Kernel } from '../port.ts';
import type { Manager } from './manager.ts';
import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

export type LockAnswer = Parameters<Kernel['lock']>[1];

export function lock(world: World, manager: Manager, directory: string, answer: LockAnswer): void {
  const error = world.faults.meet('write', directory);
  if (error !== null) {
    manager.soon(() => answer.failed(error));
    return;
  }
  const holder = world.locks.get(directory);
  if (holder?.alive) {
    manager.soon(() => answer.taken(holder.pid));
    return;
  }
  world.locks.set(directory, manager.process);
  const release = () => {
    if (world.locks.get(directory) === manager.process) world.locks.delete(directory);
  };
  manager.soon(() => answer.locked(release));
}

export function releaseLocks(world: World, process: SimulatedProcess): void {
  for (const [directory, holder] of [...world.locks]) {
    if (holder === process) world.locks.delete(directory);
  }
}
