/** The unit of `drover daemon install --systemd`, run by a systemd that is PID 1. Real OS. */
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../../../src/control/client.ts';
import { built } from '../../support/built.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { gone } from './project.ts';

const script = new URL('./systemd.sh', import.meta.url).pathname;
const targets = ['sysinit', 'basic', 'shutdown', 'network-online', 'multi-user', 'umount'];

class Systemd {
  readonly directory = temporaryDirectory('drover-systemd-');
  readonly units = join(this.directory, 'units');
  readonly #cgroup: string;
  readonly #child: ChildProcess;
  #pid = 0;

  constructor() {
    mkdirSync(this.units);
    for (const name of targets) {
      const text = `[Unit]\nDescription=${name}\nDefaultDependencies=no\n`;
      writeFileSync(join(this.units, `${name}.target`), text);
    }
    this.#cgroup = join(cgroups() ?? '', `drover-test-${process.pid}`);
    this.#child = spawn('sh', [script, this.#cgroup, this.units], { stdio: 'ignore' });
  }

  /** False where this machine does not let it be, as in most containers. */
  async boots(): Promise<boolean> {
    const { pid } = this.#child;
    const endsAt = performance.now() + 20_000;
    while (this.#child.exitCode === null && performance.now() < endsAt) {
      this.#pid = Number(childrenOf(pid ?? 0)[0] ?? 0);
      if (this.#pid > 0 && (await this.ctl('is-system-running')).trim() === 'running') return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.end();
    return false;
  }

  /** What systemctl says, good or bad. */
  ctl(...words: readonly string[]): Promise<string> {
    const enter = ['-t', `${this.#pid}`, '-m', '-p', '-u', '-i', '-C', '--'];
    const options = { env: { PATH: process.env['PATH'], SYSTEMD_PAGER: '' }, timeout: 60_000 };
    return new Promise((resolve) => {
      execFile('nsenter', [...enter, 'systemctl', ...words], options, (_, out, error) =>
        resolve(out + error),
      );
    });
  }

  async show(): Promise<Readonly<Record<string, string>>> {
    const lines = (await this.ctl('show', 'drover-lab')).split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
  }

  /** With it ends all it runs. */
  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    if (this.#pid > 0) await gone(this.#pid);
    spawnSync('find', [this.#cgroup, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
  }
}

function childrenOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  } catch {
    return [];
  }
}

function cgroups(): string | null {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return (
    mounts.map((line) => line.split(' ')).find(([, , type]) => type === 'cgroup2')?.[1] ?? null
  );
}

async function booted(): Promise<Systemd | null> {
  const isLikely =
    process.getuid?.() === 0 && existsSync('/lib/systemd/systemd') && cgroups() !== null;
  if (!isLikely) return null;
  const systemd = new Systemd();
  return (await systemd.boots()) ? systemd : null;
}

const found = await booted();

describe.skipIf(found === null)('under a systemd that is PID 1', () => {
  const systemd = found as Systemd;
  const directory = temporaryDirectory('drover-lab-');
  const client = connect({ stateDir: join(directory, '.drover') });
  afterAll(async () => {
    client.close();
    await systemd?.end();
  });

  const write = (...services: readonly string[]): void => {
    const all = services.map((name) => `  ${name}: { command: sleep 1000 }\n`).join('');
    writeFileSync(join(directory, 'drover.yaml'), `name: lab\nservices:\n${all}`);
  };
  const pids = async () => (await client.status()).services.map(({ pid }) => pid);
  const becomes = (wanted: Readonly<Record<string, string>>) =>
    expect.poll(() => systemd.show(), { timeout: 30_000, interval: 100 }).toMatchObject(wanted);

  /** Hears of a dead daemon within a second, so that a test need not wait a minute. */
  async function install(): Promise<void> {
    const words = ['daemon', 'install', '--systemd', '--print', '--file', directory];
    const unit = execFileSync(process.execPath, [join(built, 'cli/main.js'), ...words], {
      encoding: 'utf8',
    });
    expect(unit).toContain('WatchdogSec=60\n');
    const hasty = unit.replace('WatchdogSec=60', 'WatchdogSec=3');
    writeFileSync(join(systemd.units, 'drover-lab.service'), hasty);
    await systemd.ctl('daemon-reload');
  }

  it('is started when it is ready, alive as long as it says so, and stopped in order', async () => {
    write('one');
    await install();
    expect(await systemd.ctl('start', 'drover-lab')).toBe('');
    // `start` returned, so it has said READY=1; and it goes on saying WATCHDOG=1.
    expect(await systemd.show()).toMatchObject({ ActiveState: 'active', SubState: 'running' });
    await client.wait({ name: 'one', for: 'ready' });
    const [one] = await pids();
    const first = (await systemd.show())['WatchdogTimestampMonotonic'];
    await expect
      .poll(async () => Number((await systemd.show())['WatchdogTimestampMonotonic']), {
        timeout: 15_000,
      })
      .toBeGreaterThan(Number(first) + 4_000_000);
    expect(await systemd.show()).toMatchObject({ NRestarts: '0', StatusText: '1 services' });

    write('one', 'two');
    expect(await systemd.ctl('reload', 'drover-lab')).toBe('');
    await expect.poll(async () => (await pids()).length, { timeout: 15_000 }).toBe(2);
    expect((await pids())[0]).toBe(one);
    expect(await systemd.ctl('stop', 'drover-lab')).toBe('');
    expect(await systemd.show()).toMatchObject({ ActiveState: 'inactive', Result: 'success' });
    expect(await alive('sleep')).toEqual([]);
  });

  it.each([
    ['is killed', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ])('is started again when it %s, and adopts what still runs', async (_, signal) => {
    write('one');
    await install();
    expect(await systemd.ctl('start', 'drover-lab')).toBe('');
    // The daemon is ready before its services are.
    await client.wait({ name: 'one', for: 'ready' });
    const before = await pids();
    expect(await alive('sleep')).toHaveLength(1);
    const { MainPID, NRestarts } = await systemd.show();
    await systemd.ctl('kill', '--kill-who=main', `--signal=${signal}`, 'drover-lab');
    await becomes({ ActiveState: 'active', NRestarts: `${Number(NRestarts) + 1}` });
    expect((await systemd.show())['MainPID']).not.toBe(MainPID);
    expect(await pids()).toEqual(before);
    expect((await client.status()).services[0]?.adopted).toBe(true);
    expect(await systemd.ctl('stop', 'drover-lab')).toBe('');
    expect(await alive('sleep')).toEqual([]);
  });

  /** Lines about processes of the unit, whoever started them. */
  async function alive(program: string): Promise<readonly string[]> {
    const lines = (await systemd.ctl('status', 'drover-lab')).split('\n');
    return lines.filter((line) => line.includes('─') && line.includes(program));
  }
});
