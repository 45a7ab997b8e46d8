/** The flags of `npm run simulate`. */
import { parseArgs } from 'node:util';
import type { Mode } from './scenario.ts';

export interface Flags {
  readonly seeds: number;
  readonly from: number;
  readonly mode: Mode | 'all';
  readonly steps: number;
  readonly size: number;
  readonly stopAtFirst: boolean;
  readonly out: string | null;
  readonly replay: string | null;
  readonly trace: boolean;
  readonly json: boolean;
}

/** Throws for what it does not know. */
export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      mode: { type: 'string', default: 'all' },
      steps: { type: 'string', default: '200' },
      size: { type: 'string', default: '5' },
      'stop-at-first': { type: 'boolean', default: false },
      out: { type: 'string' },
      replay: { type: 'string' },
      trace: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { mode } = values;
  if (mode !== 'safety' && mode !== 'liveness' && mode !== 'all') {
    throw new Error(`unknown mode "${mode}"; there are safety, liveness and all`);
  }
  return {
    seeds: number('seeds', values.seeds),
    from: number('from', values.from),
    steps: number('steps', values.steps),
    size: number('size', values.size),
    ...{ mode, trace: values.trace, json: values.json, stopAtFirst: values['stop-at-first'] },
    out: values.out ?? null,
    replay: values.replay ?? null,
  };
}

function number(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${flag} wants a whole number above 0, and not "${text}"`);
}
