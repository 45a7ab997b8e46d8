/** What processes cost by their scripts, and where they listen: what people are shown of them. */
import type { ProcessInfo, ProcessUsage, Tree, TreeUsage } from '../port.ts';
import type { SimulatedProcess } from './process.ts';
import { membersOf } from './trees.ts';
import type { World } from './world.ts';

export function describe(world: World, tree: Tree): readonly ProcessInfo[] {
  return membersOf(world.table, tree).map((process) => ({
    ...costOf(world, process),
    parentPid: process.parent?.pid ?? 1,
    command: process.birth.argv.join(' '),
    holdsLifeline: process.lifeline === tree.lifeline,
  }));
}

export function usageOf(world: World, tree: Tree): TreeUsage {
  const members = membersOf(world.table, tree);
  const addresses = new Set(members.flatMap(({ listening }) => [...listening]));
  const ports = [...addresses].filter((address) => address.startsWith('tcp:'));
  return {
    processes: members.map((process) => costOf(world, process)),
    ports: ports.map((address) => Number(address.slice(4))).sort((one, other) => one - other),
  };
}

function costOf({ clock }: World, { identity, script, startedAt }: SimulatedProcess): ProcessUsage {
  const { cpuShare = 0, residentBytes = 0 } = script;
  return { identity, cpuMs: Math.round((clock.elapsed() - startedAt) * cpuShare), residentBytes };
}
