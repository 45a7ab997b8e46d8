/**
 * Asks what many trees cost, by one look at /proc for all of them. Of each process only
 * `stat` is read; descriptors are looked at once for each process that is new.
 */
import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import type { Kernel, ProcessUsage } from '../port.ts';
import { tickMs } from './describe.ts';
import { identityOf } from './identity.ts';
import { inSlices, type Work } from './slices.ts';
import type { ProcessStat } from './stat.ts';
import { type ProcessTable, readEach, tableOf } from './table.ts';
import type { Trees } from './trees.ts';
import { createMemberships } from './usage-members.ts';
import { createPorts } from './usage-ports.ts';

export function createUsage(known: Trees['known']): Kernel['usage'] {
  const memberships = createMemberships(known);
  const ports = createPorts();

  function* look(trees: Parameters<Kernel['usage']>[0]) {
    const members = yield* memberships(yield* readTable(), trees);
    const listening = yield* ports(members);
    return members.map((stats, i) => ({
      processes: stats.map(usageOf),
      ports: listening[i] ?? null,
    }));
  }

  return (trees, told) => inSlices(look(trees), told);
}

function* readTable(): Work<ProcessTable> {
  const all: ProcessStat[] = [];
  for (const stat of readEach()) {
    if (stat !== null) all.push(stat);
    yield;
  }
  return tableOf(all);
}

function usageOf(stat: ProcessStat): ProcessUsage {
  return {
    identity: identityOf(stat),
    cpuMs: stat.cpuTicks * tickMs,
    residentBytes: stat.residentPages * pageSize(),
  };
}

let knownPageSize: number | null = null;

function pageSize(): number {
  knownPageSize ??= readPageSize();
  return knownPageSize;
}

/** The kernel tells each program as it starts it: pairs of a key and a value, each one word. */
function readPageSize(): number {
  const words = auxiliaryVector();
  for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === 6) return words[i + 1] ?? usual;
  return usual;
}

const usual = 4_096;

/** Node runs on machines of 64 bits alone; a word here is small, so its lower half is all of it. */
function auxiliaryVector(): readonly number[] {
  try {
    const bytes = readFileSync('/proc/self/auxv');
    const isLittle = endianness() === 'LE';
    return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) =>
      isLittle ? bytes.readUInt32LE(i * 8) : bytes.readUInt32BE(i * 8 + 4),
    );
  } catch {
    return [];
  }
}
