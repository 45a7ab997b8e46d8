/** What `drover export systemd` writes is what systemd itself takes for units. Real OS. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { built } from '../support/built.ts';

const cli = join(built, 'cli/main.js');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

const config = `name: shop
services:
  db:
    command: sleep 1000
    environment: { GREETING: 'it "costs" 100% of $5', LINES: "a\\nb" }
    limits: { nofile: 1024:unlimited, core: 0 }
    ready: { file: ready }
  seed: { command: 'true', type: oneshot, depends_on: [db] }
  forker:
    command: [sh, -c, 'sleep 100 & echo $! > /tmp/forker.pid']
    type: forking
    pid_file: /tmp/forker.pid
    reload_signal: SIGHUP
  web:
    description: a page with 100% of everything
    command: [sh, -c, 'echo "$HOME" && exec sleep 1000']
    cwd: /tmp
    depends_on: { seed: { condition: completed }, db: { restart: true } }
    restart: { policy: always, intensity: 3, success_exit_codes: [0, 7], fatal_exit_codes: [9] }
    stop:
      steps:
        - { command: [sleep, '0'], wait: 500ms }
        - { signal: SIGQUIT, wait: 1500ms }
    prepare:
      - name: room
        unless_exists: /tmp/drover-room/made
        directories: [/tmp/drover-room]
        command: [touch, '/tmp/drover-room/a b']
  other: { command: sleep 1, user: daemon, prepare: [{ name: x, directories: [/tmp/drover-other] }] }
`;

it.runIf(hasSystemd)('exports units that systemd-analyze finds nothing wrong with', () => {
  const directory = mkdtempSync(join(tmpdir(), 'drover-export-'));
  writeFileSync(join(directory, 'drover.yaml'), config);
  const units = join(directory, 'units');
  const exported = spawnSync(
    process.execPath,
    [cli, 'export', 'systemd', '-o', units, '-f', directory],
    { encoding: 'utf8' },
  );
  expect(exported.status, exported.stderr).toBe(0);
  expect(exported.stderr).toContain('db: ready when');
  const files = readdirSync(units).map((name) => join(units, name));
  expect(files).toHaveLength(6);
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
    encoding: 'utf8',
  });
  // It also tells of units of the machine, which are none of ours.
  expect(stderr.split('\n').filter((line) => line.includes('shop'))).toEqual([]);
  expect(status).toBe(0);
});
