/** One look at all processes: what is alive of each service, and who holds on to it. Real OS. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { living, type Seen } from '../../support/oracle.ts';
import type { ServiceSeen } from './host.ts';

/** So many processes are the whole tree of a service. */
const sizes = { plain: 1, daemon: 1, workers: 2, talker: 1, late: 1 } as const;
export type Service = keyof typeof sizes;
export const names = Object.keys(sizes) as readonly Service[];

export interface Look {
  living(service: Service): readonly Seen[];
  /** Those whose parent is not one of them. */
  roots(service: Service): readonly Seen[];
  /** Numbers of those that hold the write end of its lifeline. */
  holders(service: Service): readonly number[];
  /** It is whole, once. */
  isOneTree(service: Service): boolean;
  /** With its start time it names a process. */
  mainOf(service: Service): string;
}

export function lookAt(
  markers: Readonly<Record<Service, string>>,
  lifelineOf: (service: Service) => string,
): Look {
  const all = living().map((seen) => ({ seen, words: wordsOf(seen.pid) }));
  const alive = new Map(
    names.map((name) => [
      name,
      all.filter(({ words }) => words.includes(markers[name])).map(({ seen }) => seen),
    ]),
  );
  const held = holders(all, lifelineOf);
  const look: Look = {
    living: (service) => alive.get(service) ?? [],
    roots: (service) => {
      const pids = new Set(look.living(service).map(({ pid }) => pid));
      return look.living(service).filter(({ parent }) => !pids.has(parent));
    },
    holders: (service) => held.get(service) ?? [],
    isOneTree: (service) =>
      look.living(service).length === sizes[service] && look.roots(service).length === 1,
    mainOf: (service) => {
      const [root] = look.roots(service);
      return root === undefined ? 'nobody' : `${root.pid}@${root.startTime}`;
    },
  };
  return look;
}

export function unlessOneTree(
  look: Look,
  service: Service,
  told: readonly ServiceSeen[],
): readonly string[] {
  const seen = told.find(({ name }) => name === service);
  const roots = look.roots(service);
  const { length } = look.living(service);
  const held = look.holders(service).length;
  if (seen?.state !== 'running') return [`lost: ${service} is ${seen?.state}: ${seen?.why}`];
  if (!look.isOneTree(service) || held !== length) {
    const what = roots.length > 1 ? 'copies' : 'lost';
    return [`${what}: ${service}: ${roots.length} trees, ${length} alive, ${held} holders`];
  }
  return roots[0]?.pid === seen.pid ? [] : [`lost: ${service} is not process ${seen.pid}`];
}

export function unlessNobodyOf(look: Look, service: Service): readonly string[] {
  const alive = look.living(service).map(({ pid }) => pid);
  const held = look.holders(service);
  if (alive.length === 0 && held.length === 0) return [];
  return [`survivors: of ${service} ${alive} live and ${held} hold on`];
}

interface Known {
  readonly seen: Seen;
  readonly words: readonly string[];
}

/** All descriptors of all processes once, whatever number of services there is. */
function holders(
  all: readonly Known[],
  lifelineOf: (service: Service) => string,
): ReadonlyMap<Service, readonly number[]> {
  const held = new Map<Service, number[]>();
  const byFile = new Map<string, Service>();
  for (const name of names) {
    const stats = statSync(lifelineOf(name), { throwIfNoEntry: false });
    if (stats !== undefined) byFile.set(`${stats.dev}:${stats.ino}`, name);
  }
  for (const { seen } of all) {
    for (const file of new Set(writtenBy(seen.pid))) {
      const name = byFile.get(file);
      if (name !== undefined) held.set(name, [...(held.get(name) ?? []), seen.pid]);
    }
  }
  return held;
}

/** The FIFOs that it can write to. */
const writtenBy = (pid: number): readonly string[] =>
  descriptorsOf(pid).flatMap((descriptor) => {
    const link = `/proc/${pid}/fd/${descriptor}`;
    try {
      const isWritable = (lstatSync(link).mode & 0o200) !== 0;
      const stats = isWritable ? statSync(link) : null;
      return stats?.isFIFO() === true ? [`${stats.dev}:${stats.ino}`] : [];
    } catch {
      // Closed while we looked.
      return [];
    }
  });

function descriptorsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function wordsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  } catch {
    return [];
  }
}
