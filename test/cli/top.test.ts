/** What `drover top` shows, and what its keys do; the terminal itself is in test/real. */
import { expect, it } from 'vitest';
import { Screen } from '../../src/cli/render/screen.ts';
import { picture } from '../../src/cli/top/picture.ts';
import { type Key, press } from '../../src/cli/top/press.ts';
import { firstView, namesIn, treeOf, type View, withSelection } from '../../src/cli/top/view.ts';
import type { ServiceInfo, StatusInfo } from '../../src/control/client.ts';

const now = Date.parse('2026-01-02T03:04:05Z');

const service = (name: string, more: Partial<ServiceInfo> = {}): ServiceInfo => ({
  name,
  group: 'root',
  description: null,
  type: 'simple',
  state: 'running',
  detail: 'running',
  desired: 'up',
  pinned: false,
  pid: 4711,
  startedAt: now - 90_000,
  readyAt: now - 89_000,
  restarts: 0,
  adopted: false,
  ready: true,
  healthy: true,
  tracking: 'tree',
  lastExit: null,
  failure: null,
  why: `${name} is running`,
  dependsOn: [],
  autostart: true,
  labels: {},
  cpu: 1.5,
  rss: 42 * 1024 ** 2,
  ports: [],
  ...more,
});

const group = (name: string, parent: string | null, members: readonly string[]) => ({
  name,
  parent,
  state: 'running' as const,
  strategy: 'one_for_one',
  failure: null,
  members: [...members],
});

const status: StatusInfo = {
  daemon: {
    pid: 100,
    version: '1',
    apiVersion: 1,
    node: '20',
    startedAt: now - 3_600_000,
    project: 'shop',
    file: null,
    stateDir: '/s',
    socket: '/s/c',
    url: null,
    degraded: [],
    memory: 80 * 1024 ** 2,
    eventLoopLagMs: 0,
    clients: 1,
  },
  services: [
    service('db', { group: 'data' }),
    service('web'),
    service('mail', { state: 'failed', ready: false, pid: null, why: 'mail has failed: no room' }),
  ],
  groups: [group('root', null, ['data', 'web', 'mail']), group('data', 'root', ['db'])],
};

const view = (more: Partial<View> = {}): View =>
  withSelection({ ...firstView(100, 20), status, ...more });
const screen = new Screen({ color: false });
const shown = (one: View) => picture(screen, one, now);
const after = (one: View, ...keys: readonly (string | Key)[]) =>
  keys.reduce<View>(
    (before, key) =>
      (typeof key === 'string' ? press(before, key, {}) : press(before, '', key)).view,
    one,
  );

it('shows the tree with its states, and marks what is selected without colours too', () => {
  const lines = shown(view());
  expect(lines).toHaveLength(19);
  expect(lines[0]).toContain('shop  2 of 3 wanted up');
  expect(lines.slice(1, 6).map((line) => line.trimEnd())).toEqual([
    '  SERVICE   STATE       PID  UPTIME  RESTARTS    CPU  MEMORY  WHY',
    '  ├─ data   ● running',
    '› │  └─ db  ● running  4711   1m30s         0  1.5 %    42 M',
    '  ├─ web    ● running  4711   1m30s         0  1.5 %    42 M',
    '  └─ mail   ✗ failed                        0  1.5 %    42 M  has failed: no room',
  ]);
  expect(lines.at(-1)).toContain('q quit');
});

it('fits into any terminal', () => {
  for (const [columns, rows] of [
    [10, 3],
    [40, 8],
    [300, 100],
    [20, 1],
  ] as const) {
    const lines = shown(view({ columns, rows }));
    expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
  }
});

it('moves the selection, and not beyond the ends', () => {
  const { selected } = after(view(), 'j');
  expect(selected).toBe('web');
  expect(after(view(), { downArrow: true }, 'j', 'j', 'j').selected).toBe('mail');
  expect(after(view(), 'G', 'g', 'k').selected).toBe('db');
});

it('keeps the selected one in sight', () => {
  const many = Array.from({ length: 60 }, (_, i) => service(`s${i}`));
  const names = many.map(({ name }) => name);
  const big = { ...status, services: many, groups: [group('root', null, names)] };
  const end = after(view({ status: big }), 'G');
  expect(shown(end).some((line) => line.startsWith('› └─ s59'))).toBe(true);
});

it('asks the daemon for what the keys mean', () => {
  const asked = (key: string) => press(view(), key, {}).command;
  expect(['s', 'x', 'r', 'K'].map(asked)).toEqual([
    { verb: 'start', name: 'db' },
    { verb: 'stop', name: 'db' },
    { verb: 'restart', name: 'db' },
    { verb: 'kill', name: 'db' },
  ]);
  expect(asked('k')).toBeUndefined();
  expect(press(view(), 'q', {}).quit).toBe(true);
  expect(press(view({ mode: 'logs' }), 'c', { ctrl: true }).quit).toBe(true);
});

it('filters by name and by state, and takes no letter of it for a command', () => {
  const filtering = after(view(), '/', 'x', { backspace: true }, 'w', 'e');
  expect(namesIn(treeOf(filtering))).toEqual(['web']);
  expect(filtering.selected).toBe('web');
  expect(namesIn(treeOf(view({ filter: 'fail' })))).toEqual(['mail']);
  expect(after(filtering, { return: true })).toMatchObject({ mode: 'list', filter: 'we' });
  expect(after(filtering, { escape: true })).toMatchObject({ mode: 'list', filter: '' });
  expect(shown(view({ filter: 'zz' })).join('\n')).toContain('nothing is like "zz"');
});

it('shows the log of the selected one, harmless, and scrolls through it', () => {
  const line = (text: string) => ({
    service: 'db',
    text,
    at: now,
    truncated: false,
    offset: 0,
    skippedBytes: 0,
    log: '-',
  });
  const logs = Array.from({ length: 50 }, (_, i) => line(`line ${i}\u001b[2J\u001b]0;title\u0007`));
  const full = { ...view(), logs, mode: 'logs' as const };
  expect(shown(full).at(-2)).toBe(' line 49');
  const up = after(full, 'k', { pageUp: true });
  expect(up.scrolled).toBe(17);
  expect(shown(up)[1]).toContain('logs of db · 17 lines below');
  expect(after(up, 'q')).toMatchObject({ mode: 'list', scrolled: 0 });
});

it('says so when the daemon answers no more', () => {
  const [title] = shown(view({ trouble: 'cannot reach the daemon' }));
  expect(title).toBe(' shop  ! as it was; cannot reach the daemon');
});
