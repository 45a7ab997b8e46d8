/** How a process ends: what it leaves behind, who is told, and when its number is free again. */
import type { Exit } from '../../machines/vocabulary.ts';
import { isRunnable, type SimulatedProcess } from './process.ts';
import type { ProcessTable } from './process-table.ts';
import type { World } from './world.ts';

/** `clean`: it tidied up behind itself, as a process that is killed cannot. */
export type Manner = 'clean' | 'killed';

export function end(world: World, process: SimulatedProcess, exit: Exit, manner: Manner): void {
  if (!process.alive) return;
  const { lifeline } = process;
  process.exit = exit;
  const { birth, pid } = process;
  world.exits.push({ at: world.clock.elapsed(), pid, exit, origin: birth.origin });
  world.sockets.release(process);
  if (manner === 'clean') tidyUp(world, process);
  world.table.bury(process);
  orphan(world, process, manner);
  world.deaths.tell(process);
  if (lifeline !== null && !world.isHeld(lifeline)) world.lifelineEnds.tell(lifeline);
  awaitReaping(world, process);
}

/** Once it is neither stopped nor hanging, or has been continued. */
export function later(world: World, process: SimulatedProcess, ms: number, run: () => void): void {
  const runOrDefer = () => {
    if (isRunnable(process)) run();
    else process.deferred.push(run);
  };
  world.clock.setTimeout(runOrDefer, ms, process);
}

function tidyUp(world: World, process: SimulatedProcess): void {
  const { pidFile } = process.script;
  const own = `${process.pid}\n`;
  // Another process, its successor perhaps, may have written it since.
  if (pidFile && pidFile.leftBehind !== true && world.disk.text(pidFile.path) === own) {
    world.disk.remove(pidFile.path);
  }
  for (const address of process.listening) {
    const isLast = world.sockets.holders(address).size === 0;
    if (isLast && address.startsWith('unix:')) world.disk.remove(address.slice('unix:'.length));
  }
}

function orphan(world: World, process: SimulatedProcess, manner: Manner): void {
  for (const child of childrenOf(world.table, process)) {
    process.disown(child);
    child.parent = null;
    child.exited = null;
    if (child.alive) follow(world, child, manner);
    else awaitReaping(world, child);
  }
}

export function childrenOf(table: ProcessTable, process: SimulatedProcess): SimulatedProcess[] {
  const isManager = process.birth.role === 'manager';
  if (!isManager) return [...process.children];
  return [...table.all()].filter(({ parent }) => parent === process);
}

/** A worker notices that its parent is gone, and ends with it unless its script says otherwise. */
function follow(world: World, child: SimulatedProcess, manner: Manner): void {
  const { role, outlivesParent } = child.birth;
  if (role !== 'worker' || outlivesParent === 'always') return;
  if (outlivesParent === 'when-killed' && manner === 'killed') return;
  later(world, child, 0, () => end(world, child, { code: 0, signal: null }, 'clean'));
}

/** A living parent asks at once; init asks when it gets round to it, or never. */
function awaitReaping(world: World, process: SimulatedProcess): void {
  const { parent } = process;
  const reap = () => {
    if (process.state === 'Z' && process.parent === parent) reapNow(world, process);
  };
  if (parent === null) world.clock.setTimeout(reap, world.options.initReapsAfterMs, null);
  else world.soon(reap, null);
}

function reapNow(world: World, process: SimulatedProcess): void {
  world.table.remove(process);
  if (process.exit !== null) process.exited?.(process.exit);
}
