/**
 * Where the states and arrows of a machine stand in its picture. Made once of each
 * chart: by ELK where that works, else by simpler means, so that there always is one.
 */
import { join } from 'node:path';
import { keyOf, readCached, writeCached } from './layout/cache.ts';
import { candidatesFor, costOf, plainOptions } from './layout/candidates.ts';
import { inColumns } from './layout/columns.ts';
import { type Engine, type LayoutOptions, startElk } from './layout/elk.ts';
import { faultsOf } from './layout/faults.ts';
import { type Plan, planOf } from './layout/plan.ts';
import { tidy } from './layout/tidy.ts';
import type { Definition, Layout } from './protocol.ts';

export interface LayOutOptions {
  /** Layouts are kept there, and taken from there. */
  readonly directory?: string;
  /** So long it may take before it is drawn in columns; half as long again to do it better. */
  readonly patienceMs?: number;
  /** How the engine is started. */
  readonly start?: () => Promise<Engine>;
}

/** Those of drover's own machines are made when the package is built: nobody waits for them. */
export const shipped = join(import.meta.dirname, 'layout/shipped');

const inMemory = new Map<string, Promise<Layout>>();
/** Charts are few; a program that makes machines as it goes must not fill the memory. */
const kept = 200;

/** Never rejects: a chart that nothing can lay out comes in columns. */
export function layOut(definition: Definition, options: LayOutOptions = {}): Promise<Layout> {
  const key = keyOf(definition);
  const known = inMemory.get(key);
  if (known !== undefined) return known;
  const made = fromDiskOrNew(definition, key, options);
  inMemory.set(key, made);
  const oldest = inMemory.keys().next().value;
  if (inMemory.size > kept && oldest !== undefined) inMemory.delete(oldest);
  return made;
}

/** As if nothing had been laid out yet. */
export function forgetLayouts(): void {
  inMemory.clear();
}

async function fromDiskOrNew(
  definition: Definition,
  key: string,
  { directory, patienceMs = 30_000, start = startElk }: LayOutOptions,
): Promise<Layout> {
  for (const place of [shipped, ...(directory === undefined ? [] : [directory])]) {
    const cached = await readCached(place, key);
    if (cached !== null) return cached;
  }
  const plan = planOf(definition);
  const laid = await byEngine(definition, plan, patienceMs, start);
  // What was drawn in a hurry may come out better the next time.
  if (laid !== null && directory !== undefined) await writeCached(directory, key, laid);
  return laid ?? inColumns(plan);
}

interface Drawn {
  readonly layout: Layout;
  readonly faults: number;
  readonly cost: number;
}

/** The best of what the engine makes in time; null: nothing. */
async function byEngine(
  definition: Definition,
  plan: Plan,
  patienceMs: number,
  start: () => Promise<Engine>,
): Promise<Layout | null> {
  const engine = await start().catch(() => null);
  if (engine === null) return null;
  let isOver = false;
  // Whatever it is doing then, it is made to stop.
  const stop = () => {
    isOver = true;
    engine.close();
  };
  let timer = setTimeout(stop, patienceMs);
  const attempt = async (options: LayoutOptions): Promise<Drawn | null> => {
    const laid = isOver ? null : await engine.lay(plan, options).catch(() => null);
    return laid === null ? null : drawn(definition, tidy(definition, laid));
  };
  try {
    let best: Drawn | null = null;
    for (const options of candidatesFor(plan.arrows.length)) {
      const made = await attempt(options);
      if (best === null && made !== null) {
        clearTimeout(timer);
        timer = setTimeout(stop, patienceMs / 2);
      }
      best = better(best, made);
    }
    best ??= await attempt(plainOptions);
    return best?.layout ?? null;
  } finally {
    clearTimeout(timer);
    engine.close();
  }
}

function drawn(definition: Definition, layout: Layout): Drawn {
  const faults = faultsOf(definition, layout).length;
  return { layout, faults, cost: costOf(layout, faults) };
}

const better = (one: Drawn | null, other: Drawn | null): Drawn | null =>
  one === null || (other !== null && other.cost < one.cost) ? other : one;
