/**
 * Sends signals, each after a new look at who has the pid.
 */
import type { Signal } from '../../machines/vocabulary.ts';
import { codeOf } from '../linux/errno.ts';
import type { Kernel, SignalAnswer } from '../port.ts';
import type { Processes, ProcessRow, ProcessTable } from './ps.ts';
import { rowOf, type Trees } from './trees.ts';

/** A stopped process gets every other one only once it goes on. */
const reachesStopped: readonly Signal[] = ['SIGKILL', 'SIGCONT', 'SIGSTOP', 'SIGTTIN', 'SIGTTOU'];

export function createSender(
  processes: Processes,
  trees: Trees,
): Pick<Kernel, 'signal' | 'signalTree'> {
  return {
    signal(tree, target, name, scope) {
      const table = processes.renewed();
      const row = rowOf(table, target);
      if (row === null) return 'gone';
      if (isUntouchable(table, target.pid) || !trees.isProved(tree, target)) return 'not-ours';
      if (scope === 'process') return send(target.pid, row, name);
      if (row.group === target.pid) return send(-target.pid, row, name);
      const others = trees.members(tree).filter(({ group }) => group === row.group);
      for (const other of others) send(other.identity.pid, other, name);
      return others.length > 0 ? 'sent' : send(target.pid, row, name);
    },

    signalTree(tree, name) {
      const table = processes.renewed();
      const answers = trees
        .members(tree)
        .filter(({ identity }) => !isUntouchable(table, identity.pid))
        .map((row) => send(row.identity.pid, row, name));
      return {
        sent: answers.filter((answer) => answer === 'sent').length,
        refused: answers.filter((answer) => answer === 'refused').length,
      };
    },
  };
}

/** Init, ourselves, and those we live by. */
function isUntouchable(table: ProcessTable, pid: number): boolean {
  if (pid <= 1 || pid === process.pid) return true;
  let ancestor = table.find(process.ppid);
  for (let depth = 0; ancestor !== null && depth < 64; depth++) {
    if (ancestor.identity.pid === pid) return true;
    ancestor = table.find(ancestor.parentPid);
  }
  return false;
}

function send(address: number, { state }: ProcessRow, name: Signal): SignalAnswer {
  try {
    process.kill(address, name);
    if (state.startsWith('T') && !reachesStopped.includes(name)) process.kill(address, 'SIGCONT');
    return 'sent';
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone';
    if (codeOf(error) === 'EPERM') return 'refused';
    throw error;
  }
}
