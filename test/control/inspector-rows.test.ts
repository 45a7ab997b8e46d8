/** When the services are told anew: on changes, together, and never for nobody. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Rows } from '../../src/control/inspector/rows.ts';
import type { Recorder } from '../../src/inspection/recorder.ts';
import type { Supervisor } from '../../src/runtime/api.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function rowsOf() {
  const heard = new Set<() => void>();
  const group = { name: 'root', parent: null, state: 'running', strategy: '', members: [] };
  const status = { services: [], groups: [group], degraded: [] as readonly string[] };
  const supervisor = {
    status: () => status,
    spec: { root: { children: [] } },
    usage: async () => {
      throw new Error('the system does not tell');
    },
  };
  const recorder = {
    onRecords: (listener: () => void) => {
      heard.add(listener);
      return () => heard.delete(listener);
    },
  };
  const rows = new Rows({
    supervisor: supervisor as unknown as Supervisor,
    recorder: recorder as unknown as Recorder,
    degraded: () => [],
  });
  const change = (state: string) => {
    group.state = state;
    for (const one of heard) one();
  };
  return { rows, heard, change };
}

const stateIn = (text: string | undefined): string => JSON.parse(text ?? '').groups[0].state;

it('tells at once, then what changed, and many changes together', async () => {
  const { rows, change } = rowsOf();
  const told: string[] = [];
  rows.watch((text) => told.push(text));
  // Between two looks at what they cost.
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.map(stateIn)).toEqual(['running']);
  for (const state of ['stopping', 'killing', 'stopped']) change(state);
  await vi.advanceTimersByTimeAsync(250);
  expect(told.map(stateIn)).toEqual(['running', 'stopped']);
  change('stopped');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(told).toHaveLength(2);
});

it('tells a second watcher what the first one knows, and both what is new', async () => {
  const { rows, change } = rowsOf();
  const first: string[] = [];
  const second: string[] = [];
  rows.watch((text) => first.push(text));
  change('stopping');
  rows.watch((text) => second.push(text));
  expect([first.map(stateIn), second.map(stateIn)]).toEqual([
    ['running', 'stopping'],
    ['stopping'],
  ]);
});

it('does nothing while nobody watches', async () => {
  const { rows, heard, change } = rowsOf();
  expect([heard.size, vi.getTimerCount()]).toEqual([0, 0]);
  const stop = rows.watch(() => {});
  change('stopping');
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  stop();
  // The look that was under way.
  await vi.advanceTimersByTimeAsync(100);
  expect([heard.size, vi.getTimerCount()]).toEqual([0, 0]);
});
