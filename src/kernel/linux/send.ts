/**
 * Decides to whom of a tree a signal goes, proves each, and has it sent.
 */
import type { ProcessIdentity, Signal } from '../../machines/vocabulary.ts';
import type { SignalAnswer, Tree } from '../port.ts';
import { holds } from './holders.ts';
import { identityOf, isAlive, statOf } from './identity.ts';
import { signalGroup, signalProcess } from './signals.ts';
import type { ProcessStat } from './stat.ts';
import type { Trees } from './trees.ts';

export function createSender(trees: Trees) {
  const isProved = (tree: Tree, target: ProcessIdentity) =>
    trees.isProved(tree, target) || holds(tree.lifeline, target);

  const signal = (
    tree: Tree,
    target: ProcessIdentity,
    name: Signal,
    scope: 'process' | 'group',
  ): SignalAnswer => {
    // Proved first: for a main process that costs no question to the OS.
    if (!isProved(tree, target) && isAlive(target)) return 'not-ours';
    if (scope === 'process') return signalProcess(target, name);
    return signalGroup(target, name) ?? signalMembersOfGroup(tree, target, name);
  };

  /** A group without its leader is reached one by one: its number alone proves nothing. */
  const signalMembersOfGroup = (tree: Tree, target: ProcessIdentity, name: Signal) => {
    const group = statOf(target)?.group ?? target.pid;
    const others = trees
      .members(tree)
      .filter((stat) => stat.group === group && stat.pid !== target.pid);
    return bestOf([signalProcess(target, name), ...sendToEach(others, name)]);
  };

  const signalTree = (tree: Tree, name: Signal) => {
    const members = trees.members(tree);
    // At once where that can be: what is killed one by one may fork in between.
    const isKilled = name === 'SIGKILL' && tree.main && signalGroup(tree.main, name) === 'sent';
    const wasInGroup = (stat: ProcessStat) => isKilled === true && stat.group === tree.main?.pid;
    // Each of the group as well: it may have left it since it was seen there.
    const answers = members.map((stat) => {
      const answer = signalProcess(identityOf(stat), name);
      return answer === 'gone' && wasInGroup(stat) ? 'sent' : answer;
    });
    return { sent: count(answers, 'sent'), refused: count(answers, 'refused') };
  };

  return { signal, signalTree };
}

function sendToEach(stats: readonly ProcessStat[], name: Signal): readonly SignalAnswer[] {
  return stats.map((stat) => signalProcess(identityOf(stat), name));
}

function count(answers: readonly SignalAnswer[], wanted: SignalAnswer): number {
  return answers.filter((answer) => answer === wanted).length;
}

function bestOf(answers: readonly SignalAnswer[]): SignalAnswer {
  const order: readonly SignalAnswer[] = ['sent', 'refused', 'not-ours', 'gone'];
  return order.find((answer) => answers.includes(answer)) ?? 'gone';
}
