/** The unit that systemd runs, and what it is told. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createOpenApi } from '../../src/control/openapi.ts';
import { SystemdNotifier } from '../../src/control/sd-notify.ts';
import { systemdUnit } from '../../src/control/systemd-unit.ts';
import { verbs } from '../../src/control/verbs.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-systemd-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const unit = () =>
  systemdUnit({
    project: '100% shop',
    command: [process.execPath, '/opt/a b/daemon-main.js', '--file', '/srv/$HOME/100%'],
    directory: '/srv',
    shutdownTimeoutMs: 60_000,
  });

it('never lets systemd kill more than the daemon', () => {
  expect(unit()).toContain('KillMode=process');
  expect(unit()).toContain('TimeoutStopSec=75');
});

it('quotes what systemd would read as its own', () => {
  expect(unit()).toContain('"/opt/a b/daemon-main.js" --file /srv/$$HOME/100%%');
  expect(unit()).toContain('Description=drover: 100%% shop');
});

const hasVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

it.skipIf(!hasVerify)('is one that systemd understands', () => {
  const path = join(directory, 'drover.service');
  writeFileSync(path, unit());
  const { stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  expect(stderr.split('\n').filter((line) => line.includes('drover.service:'))).toEqual([]);
});

const hasPerl = spawnSync('perl', ['-MSocket', '-e', '1']).status === 0;

it.skipIf(!hasPerl)('tells systemd that it is ready, alive and stopping', async () => {
  const socket = join(directory, 'notify');
  const listener = `use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, pack_sockaddr_un("${socket}"));
    $| = 1; print "bound\\n"; while (recv($s, my $m, 4096, 0) || 1) { $m =~ s/\\n/|/g; print "$m\\n" }`;
  const { spawn } = await import('node:child_process');
  const child = spawn('perl', ['-e', listener], { stdio: ['ignore', 'pipe', 'ignore'] });
  let heard = '';
  child.stdout.on('data', (chunk) => {
    heard += chunk;
  });
  try {
    await expect.poll(() => heard).toContain('bound');
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '100000' };
    const notifier = new SystemdNotifier(env);
    notifier.ready('3 services');
    await expect.poll(() => heard).toContain(`READY=1|MAINPID=${process.pid}|STATUS=3 services`);
    await expect.poll(() => heard.match(/WATCHDOG=1/g)?.length ?? 0).toBeGreaterThan(2);
    notifier.stopping();
    await expect.poll(() => heard).toContain('STOPPING=1');
    notifier.close();
  } finally {
    child.kill('SIGKILL');
  }
});

it('says nothing where there is no systemd', () => {
  const notifier = new SystemdNotifier({});
  notifier.ready('');
  notifier.stopping();
  notifier.close();
});

it('describes every verb in the OpenAPI document', () => {
  const { paths, openapi } = createOpenApi() as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; responses: object }>>;
  };
  expect(openapi).toBe('3.1.0');
  const described = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(described.sort()).toEqual(Object.keys(verbs).sort());
  expect(paths['/services/{name}/why']?.['get']).toMatchObject({
    parameters: [{ name: 'name', in: 'path', required: true }],
  });
});
