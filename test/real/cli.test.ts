/** Stories of the command line as people type it, with a real daemon. Real OS. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ServiceInfo, StatusInfo } from '../../src/control/client.ts';
import { built } from '../support/built.ts';
import { look } from '../support/oracle.ts';
import { gone } from './control/project.ts';

const main = join(built, 'cli/main.js');

interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-cli-'));
});
afterEach(async () => {
  await drover('down');
  rmSync(directory, { recursive: true, force: true });
});

const write = (text: string): void => writeFileSync(join(directory, 'drover.yaml'), text);

/** Ends when everybody has closed its output, as `$( )` in a shell does. */
function drover(...words: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const options = { cwd: directory, timeout: 30_000, env: { ...process.env, NO_COLOR: '1' } };
    const child = execFile(process.execPath, [main, ...words], options, (_, out, error) =>
      resolve({ code: child.exitCode ?? -1, out, error }),
    );
  });
}

async function status(): Promise<StatusInfo> {
  return JSON.parse((await drover('status', '--json')).out);
}

async function serviceNamed(name: string): Promise<ServiceInfo> {
  const found = (await status()).services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const shop = `name: shop
services:
  db: { command: sleep 1000 }
  web:
    command: [sh, -c, 'while :; do echo a line of web; sleep 0.02; done']
    depends_on: [db]
`;

it('comes up within $( ), is looked at, and leaves nothing when it goes down', async () => {
  write(shop);
  const up = await drover('up', '-d');
  expect(up).toMatchObject({ code: 0, error: '' });
  expect(up.out).toMatch(/daemon started, pid \d+\n● db: ready in .*\n● web: ready in/);
  const { daemon, services } = await status();
  const shown = await drover('status');
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(/^NAME +STATE +PID/);
  for (const { name, pid } of services)
    expect(shown.out).toMatch(new RegExp(`${name} +● running +${pid}`));
  expect((await drover('daemon', 'status')).out).toContain(`pid            ${daemon.pid}`);

  const dry = await drover('down', '--dry-run');
  expect(dry.out).toContain('decided by web (10 s), then db (10 s)');
  expect((await status()).services.map(({ pid }) => pid)).toEqual(services.map(({ pid }) => pid));

  const down = await drover('down');
  expect(down.code).toBe(0);
  expect(down.out).toMatch(/○ web: stopped by SIGTERM in \d+ ms\n/);
  expect(down.out).toContain(`daemon ended, pid ${daemon.pid}`);
  await gone(daemon.pid);
  for (const { pid } of services) expect(look(pid ?? 0)).toBeNull();
  expect(existsSync(join(directory, '.drover/control/daemon.sock'))).toBe(false);
  expect((await drover('down')).out).toBe('nothing runs, and no manager does\n');
});

it('stops one, says why, and starts it as another process', async () => {
  write(shop);
  await drover('up', '-d');
  const before = await serviceNamed('web');
  expect((await drover('stop', 'web')).out).toMatch(/^○ web: stopped by SIGTERM in/);
  expect((await drover('status', 'web')).code).toBe(3);
  expect((await drover('why', 'web')).out).toMatch(/^web was stopped by drover stop/);
  // What somebody has stopped is as it is wanted.
  expect((await drover('status')).code).toBe(0);
  expect((await drover('reload', 'db')).code).toBe(1);
  expect((await drover('signal', 'HUP', 'web')).code).toBe(3);
  expect((await drover('start', 'web')).out).toMatch(/● web: ready in .*, pid \d+\n$/);
  expect((await drover('restart', 'web')).code).toBe(0);
  const after = await serviceNamed('web');
  expect(after.pid).not.toBe(before.pid);
  expect((await drover('wait', 'web', '--for', 'ready', '--timeout', '5s')).code).toBe(0);
  expect((await drover('wait', 'db', '--for', 'stopped', '--timeout', '100ms')).code).toBe(5);
  const events = await drover('events', 'web', '-n', '3');
  expect(events.out).toMatch(/● running: .*, pid \d+\n$/);
  const last = JSON.parse((await drover('events', 'web', '--json', '-n', '1')).out);
  expect(last).toMatchObject({ type: 'service.state', service: 'web', to: 'running' });
  const described = await drover('describe', 'web');
  expect(described.out).toMatch(new RegExp(`processes\n  ${after.pid} sh -c while`));
  expect((await drover('graph')).out).toBe('● web\n└─ ● db\n');
});

it('says who is unknown, and what was perhaps meant', async () => {
  write(shop);
  const before = await drover('stop', 'web');
  expect(before.code).toBe(6);
  expect(before.error).toMatch(/cannot reach the daemon at .*\n {2}start it with: drover up -d\n/);
  await drover('up', '-d');
  for (const verb of ['stop', 'start', 'restart', 'why', 'describe', 'status', 'kill', 'pin']) {
    const { code, error, out } = await drover(verb, 'wep');
    expect([verb, code, out]).toEqual([verb, 4, '']);
    expect(error).toMatch(/^drover: cannot .*"wep".*did you mean "web"\?/s);
  }
  const { code, error } = await drover('stop', 'wep', '--json');
  expect([code, JSON.parse(error).error.code]).toEqual([4, 'unknown-service']);
  expect((await drover('stop', '--timeout', 'soon')).code).toBe(2);
  expect((await drover('stopp')).code).toBe(2);
});

it('is quiet when whoever reads has seen enough', async () => {
  write(shop);
  await drover('up', '-d');
  for (const words of ['logs -f', 'logs -f web', 'logs -n 10000', 'events -f']) {
    const line = `"${process.execPath}" "${main}" ${words} | head -n 2`;
    const shell = spawn('bash', ['-c', `set -o pipefail; ${line}`], {
      ...{ cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    let out = '';
    let error = '';
    shell.stdout.on('data', (data) => {
      out += data;
    });
    shell.stderr.on('data', (data) => {
      error += data;
    });
    const closed = once(shell, 'close');
    // It hears that nobody reads when it next has something to say.
    while (shell.exitCode === null && words.startsWith('events')) await drover('restart', 'web');
    const [code] = await closed;
    expect([words, code, error]).toEqual([words, 0, '']);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    if (words === 'logs -f web') expect(out).toBe('a line of web\na line of web\n');
  }
});

it('changes what has changed and nothing else', async () => {
  write(shop);
  await drover('up', '-d');
  const [db, web] = [await serviceNamed('db'), await serviceNamed('web')];
  expect((await drover('plan')).out).toBe('nothing to change: 2 unchanged\n');
  write(`${shop.replace('a line', 'another line')}  queue: { command: sleep 1000 }\n`);
  const plan = await drover('plan');
  expect(plan.out).toMatch(/↻ web +restart +.*command/);
  expect(plan.out).toMatch(/\+ queue +start/);
  expect(plan.out).toMatch(/\n1 to start, 1 to restart, 1 unchanged\n$/);
  expect((await drover('apply')).out).toBe(plan.out);
  expect((await serviceNamed('db')).pid).toBe(db.pid);
  expect((await serviceNamed('web')).pid).not.toBe(web.pid);
  expect((await serviceNamed('queue')).state).toBe('running');
  write(`${shop}    comand: x\n`);
  const invalid = await drover('apply');
  expect(invalid.code).toBe(2);
  expect(invalid.error).toContain('did you mean "command"?');
  expect((await serviceNamed('db')).pid).toBe(db.pid);
});

it('tells and stops what a killed daemon has left', async () => {
  write(shop);
  await drover('up', '-d');
  const { daemon, services } = await status();
  process.kill(daemon.pid, 'SIGKILL');
  await gone(daemon.pid);
  const left = await drover('status');
  expect(left.code).toBe(6);
  for (const { pid } of services)
    expect(left.out).toMatch(new RegExp(`is alive as process(es)? ${pid}`));
  expect(left.out).toContain('did not end in order');
  expect((await drover('status', 'nobody')).code).toBe(4);
  const printed = await drover('logs', 'web', '-n', '1');
  expect(printed.out).toBe('a line of web\n');
  expect(printed.error).toBe('no manager runs; this is what was printed\n');
  const json = JSON.parse((await drover('status', '--json')).out);
  expect(json).toMatchObject({ daemon: null, lastManager: { pid: daemon.pid, ended: 'crashed' } });
  const down = await drover('down');
  expect(down.code).toBe(0);
  expect(down.out).toMatch(/no manager runs; stopping what is left\n.*○ db: stopped by SIGTERM/s);
  for (const { pid } of services) expect(look(pid ?? 0)).toBeNull();
});

it('ends the daemon alone, and the next one adopts', async () => {
  write(shop);
  await drover('up', '-d');
  const { daemon, services } = await status();
  expect((await drover('daemon', 'stop')).out).toBe(
    `daemon ended, pid ${daemon.pid}\n2 services live on: drover up -d adopts, drover down stops\n`,
  );
  expect((await drover('daemon', 'status')).code).toBe(6);
  expect((await drover('daemon', 'logs')).out).toContain('the daemon ends');
  await drover('up', '-d');
  const again = await status();
  expect(again.daemon.pid).not.toBe(daemon.pid);
  expect(again.services.map(({ pid }) => pid)).toEqual(services.map(({ pid }) => pid));
});

it('finds the daemon wherever its state is', async () => {
  write(`state_dir: ./elsewhere\n${shop}`);
  await drover('up', '-d');
  expect(readdirSync(directory)).toContain('elsewhere');
  const { socket } = (await status()).daemon;
  const ways = [
    [],
    ['-p', directory],
    ['-f', join(directory, 'drover.yaml')],
    ['--socket', socket],
  ];
  for (const way of [...ways, ['--state-dir', join(directory, 'elsewhere')]]) {
    expect([way, (await drover(...way, 'status')).code]).toEqual([way, 0]);
    expect([way, (await drover('status', ...way)).code]).toEqual([way, 0]);
  }
});
