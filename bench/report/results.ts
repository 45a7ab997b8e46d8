/** Keeps what was measured, so that it can be drawn again without measuring. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../machine.ts';
import type { Figures } from '../own-measures.ts';
import type { ScaleFigures } from '../scale/figures.ts';
import type { Cell } from '../schedule.ts';

export interface Results {
  readonly machine: Machine;
  readonly minutes: number;
  readonly cells: readonly Cell[];
  readonly own: Figures;
}

export interface ScaleResults {
  readonly machine: Machine;
  readonly minutes: number;
  readonly figures: Partial<ScaleFigures>;
}

interface Kinds {
  readonly bench: Results;
  readonly scale: ScaleResults;
}

export function keepResults<K extends keyof Kinds>(kind: K, results: Kinds[K]): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(pathOf(kind), `${JSON.stringify(results, rounded, 2)}\n`);
}

export function lastResults<K extends keyof Kinds>(kind: K): Kinds[K] {
  return JSON.parse(readFileSync(pathOf(kind), 'utf8')) as Kinds[K];
}

const directory = join(import.meta.dirname, '../results');
const pathOf = (kind: string) => join(directory, `${kind}.json`);

/** More digits than were measured help nobody. */
const rounded = (_key: string, value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
