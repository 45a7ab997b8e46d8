/** Signals from a manager: proved first, remembered always. */
import type { ProcessIdentity, Signal } from '../../machines/vocabulary.ts';
import type { SignalAnswer, Tree } from '../port.ts';
import { deliver, resume } from './delivery.ts';
import type { Manager } from './manager.ts';
import type { SimulatedProcess } from './process.ts';
import { groupOf, isProved, membersOf } from './trees.ts';
import type { World } from './world.ts';

export function sendToOne(
  world: World,
  manager: Manager,
  tree: Tree,
  target: ProcessIdentity,
  signal: Signal,
  scope: 'process' | 'group',
): SignalAnswer {
  const process = world.table.find(target);
  if (process === null) return 'gone';
  if (process.birth.role === 'manager' || !isProved(tree, process)) return 'not-ours';
  const group = scope === 'process' ? [process] : groupWith(world, tree, process);
  const isOneCall = process.group === process.pid;
  const isStopped = process.state === 'T';
  const answers = group.map((member) => {
    const goesOn = isOneCall ? isStopped : member.state === 'T';
    const answer = send(world, manager, tree.lifeline, member, signal);
    if (goesOn && answer === 'sent') goOn(world, member, signal);
    return answer;
  });
  // kill(2) is content when it could signal one of the group.
  return answers.includes('sent') ? 'sent' : 'refused';
}

export function sendToTree(world: World, manager: Manager, tree: Tree, signal: Signal) {
  const count = { sent: 0, refused: 0 };
  for (const member of membersOf(world.table, tree)) {
    const goesOn = member.state === 'T';
    const answer = send(world, manager, tree.lifeline, member, signal);
    if (goesOn && answer === 'sent') goOn(world, member, signal);
    if (answer === 'sent') count.sent += 1;
    else count.refused += 1;
  }
  return count;
}

/** A stopped process gets most signals only once it goes on, so a manager sends SIGCONT after them. */
function goOn(world: World, process: SimulatedProcess, signal: Signal): void {
  if (!HEARD_WHILE_STOPPED.has(signal)) resume(world, process);
}

const HEARD_WHILE_STOPPED: ReadonlySet<Signal> = new Set([
  'SIGKILL',
  'SIGCONT',
  'SIGSTOP',
  'SIGTTIN',
  'SIGTTOU',
]);

/** The target, and its group if it leads one that is ours. */
function groupWith(world: World, tree: Tree, target: SimulatedProcess): SimulatedProcess[] {
  const group =
    target.group === target.pid ? world.table.group(target.pid) : groupOf(world.table, tree);
  const others = [...group].filter((member) => member !== target && member.alive);
  return [target, ...others];
}

/** `lifeline`: of which service the target is believed to be. */
export function send(
  world: World,
  manager: Manager,
  lifeline: string | null,
  target: SimulatedProcess,
  signal: Signal,
): SignalAnswer {
  const { uid } = world.options;
  if (uid !== 0 && uid !== target.uid) return 'refused';
  const { identity, pid } = target;
  const { origin, program } = target.birth;
  const at = world.clock.elapsed();
  world.record({ at, pid, identity, program, signal, by: manager.process.pid, lifeline, origin });
  deliver(world, target, signal);
  return 'sent';
}
