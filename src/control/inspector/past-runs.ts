/** The runs of services, as their journal and the files of their logs tell of them. */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { linesOf } from '../../inspection/journal-lines.ts';
import type { GroupSpec, ProjectSpec, ServiceSpec } from '../../machines/vocabulary.ts';
import { generationPath, movingPath } from '../../runtime/log-file.ts';
import { identityOf, originPath, readOrigin } from '../../runtime/log-origin.ts';
import { journalTexts } from './journal-texts.ts';
import { type LogShape, type Run, runsOf, spawnsIn } from './runs.ts';

export interface PastRuns {
  /** What the addresses are of. */
  readonly log: string;
  readonly end: number;
  readonly runs: readonly Run[];
}

/** By name; those of which nothing is known are not among them. */
export function pastRuns(
  { root, stateDir }: Pick<ProjectSpec, 'root' | 'stateDir'>,
  names?: readonly string[],
): ReadonlyMap<string, PastRuns> {
  const shapes = servicesIn(root)
    .filter(({ name }) => names?.includes(name) ?? true)
    .flatMap(({ name, logs }) => {
      const shape = shapeOf(logs.path);
      return shape === null ? [] : [[name, shape] as const];
    });
  if (shapes.length === 0) return new Map();
  const spawns = spawnsBelow(stateDir);
  return new Map(
    shapes.map(([name, shape]) => {
      const { log, end } = shape;
      return [name, { log, end, runs: runsOf(spawns.get(name) ?? [], shape) }];
    }),
  );
}

/** A journal that cannot be understood says nothing. */
function spawnsBelow(stateDir: string): ReturnType<typeof spawnsIn> {
  try {
    return spawnsIn(linesOf(journalTexts(stateDir)));
  } catch {
    return new Map();
  }
}

/** Null: there is no file, or its addresses are not known at present. */
export function shapeOf(path: string): LogShape | null {
  const live = statsOf(path);
  const identity = identityOf(path);
  const origin = readOrigin({ read }, path);
  if (live === null || identity === null || origin === 'spoiled') return null;
  if (statsOf(movingPath(path)) !== null) return null;
  const moved = generationsOf(path);
  const sum = moved.reduce((size, stats) => size + stats.size, 0);
  // Rotated, and nobody noted how often; or another file was put there.
  if (origin === null ? sum > 0 : origin.live !== identity.name) return null;
  const base = origin?.base ?? 0;
  let end = base;
  return {
    log: origin?.log ?? identity.name,
    base,
    basedAt: statsOf(originPath(path))?.mtimeMs ?? Number.NEGATIVE_INFINITY,
    end: base + live.size,
    writtenAt: live.mtimeMs,
    generations: moved.map(({ size, mtimeMs: at }) => {
      end -= size;
      return { start: end, end: end + size, at };
    }),
  };
}

function generationsOf(path: string): readonly Stats[] {
  const found: Stats[] = [];
  for (let number = 1; ; number += 1) {
    const stats = statsOf(generationPath(path, number));
    if (stats === null) return found;
    found.push(stats);
  }
}

const servicesIn = ({ children }: GroupSpec): readonly ServiceSpec[] =>
  children.flatMap(({ spec }) => (spec.kind === 'service' ? [spec] : servicesIn(spec)));

function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function read(path: string): string | null {
  return statsOf(path) === null ? null : readFileSync(path, 'utf8');
}
