/** Many runs, one seed after the other, and what they come to. */
import { createHash } from 'node:crypto';
import type { Broken } from './onlooker.ts';
import type { Mode } from './scenario.ts';
import { type Simulation, simulate } from './simulate.ts';

export interface CampaignOptions {
  readonly seeds: number;
  readonly from: number;
  readonly mode: Mode | 'all';
  readonly steps: number;
  readonly size: number;
  readonly stopAtFirst: boolean;
  /** Whether each run is made twice, and must come to the same hash. */
  readonly twice?: boolean;
  /** Keeps a failure, and says where. */
  readonly onFailure?: (simulation: Simulation) => Promise<Written>;
}

export interface Written {
  /** A recording, which `drover replay` opens. */
  readonly file: string;
  /** Acts that are left of it, the others being needless. */
  readonly acts: number;
  /** One line for a shell. */
  readonly again: string;
  readonly text: string;
}

export interface CampaignFailure {
  readonly seed: number;
  readonly mode: Mode;
  readonly broken: Broken;
  readonly written: Written | null;
}

export interface Campaign {
  readonly seeds: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly cpuMs: number;
  readonly failures: readonly CampaignFailure[];
  readonly sometimes: Readonly<Record<string, number>>;
  readonly pairs: Readonly<Record<string, number>>;
  /** Of all runs together. */
  readonly hash: string;
}

export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { from, seeds, mode, steps, size, stopAtFirst, onFailure } = options;
  const began = process.cpuUsage();
  const failures: CampaignFailure[] = [];
  const sometimes: Record<string, number> = {};
  const pairs: Record<string, number> = {};
  const hash = createHash('sha1');
  let events = 0;
  let virtualMs = 0;
  let count = 0;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const one = await simulate({ seed, steps, size, ...(mode === 'all' ? {} : { mode }) });
    count += 1;
    events += one.events;
    virtualMs += one.elapsedMs;
    add(sometimes, one.sometimes);
    add(pairs, one.pairs);
    hash.update(one.hash);
    const broken = one.broken ?? (options.twice === true ? await differs(one, steps, size) : null);
    if (broken === null) continue;
    const written = (await onFailure?.({ ...one, broken })) ?? null;
    failures.push({ seed, mode: one.mode, broken, written });
    if (stopAtFirst) break;
  }
  const { user, system } = process.cpuUsage(began);
  return {
    ...{ seeds: count, events, virtualMs, cpuMs: (user + system) / 1_000, failures },
    ...{ sometimes, pairs, hash: hash.digest('hex').slice(0, 16) },
  };
}

function add(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [what, times] of Object.entries(more)) to[what] = (to[what] ?? 0) + times;
}

/** One seed is one trace. */
async function differs(one: Simulation, steps: number, size: number): Promise<Broken | null> {
  const { seed, mode, hash, elapsedMs: atMs } = one;
  const other = await simulate({ seed, mode, steps, size });
  if (other.hash === hash) return null;
  return { invariant: 'determinism', message: `${hash} and then ${other.hash}`, atMs };
}
