/** The main job on real servers: started in order, killed, recovered, adopted, and stopped. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Identities, ManagerProcess } from '../support/manager.ts';
import { freePorts } from '../support/ports.ts';

const services = ['mariadb', 'nginx', 'php', 'postgres-app', 'postgres-stats', 'redis'] as const;
/** Those that are restarted with one: its group says so. */
const companions: Readonly<Record<string, readonly string[]>> = { php: ['nginx'] };
let directory = '';
let env: NodeJS.ProcessEnv = {};
let web = '';
let manager: ManagerProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lemp-'));
  chmodSync(directory, 0o755);
  cpSync(new URL('../../examples/lemp', import.meta.url).pathname, directory, {
    recursive: true,
    filter: (path) => !path.endsWith('/.drover'),
  });
  rmSync(join(directory, '.drover'), { recursive: true, force: true });
  const names = ['HTTP', 'PHP', 'MARIADB', 'POSTGRES_APP', 'POSTGRES_STATS', 'REDIS'];
  const ports = await freePorts(names.length);
  env = { ...process.env };
  for (const [i, name] of names.entries()) env[`${name}_PORT`] = String(ports[i]);
  web = `http://127.0.0.1:${ports[0]}/`;
});

// A story that failed in the middle leaves nothing either.
afterAll(async () => {
  await manager.end();
  rmSync(directory, { recursive: true, force: true });
});

const manage = (): ManagerProcess => new ManagerProcess(join(directory, 'drover.yaml'), env);

describe('nginx, php-fpm, MariaDB, two PostgreSQL and Redis from one file', () => {
  let first: Identities = {};

  it('come up in dependency order', async () => {
    manager = manage();
    first = await manager.hear<Identities>('ready');
    for (const name of services) expect(isAlive(first[name]?.pid ?? 0), name).toBe(true);
  });

  it('serve a PHP page that reads from MariaDB and Redis', async () => {
    const page = await (await fetch(web)).json();
    expect(page).toMatchObject({
      mariadb: { version: expect.stringContaining('MariaDB'), visits: expect.any(Number) },
      redis: { version: expect.any(String), visits: expect.any(Number) },
    });
  });

  for (const name of services) {
    it(`get ${name} back after its main process was killed`, async () => {
      const before = await manager.ask<Identities>('status');
      const tree = treeOf(before[name]?.pid ?? 0);
      process.kill(before[name]?.pid ?? 0, 'SIGKILL');
      const after = await until(async () => {
        const now = await manager.ask<Identities>('status');
        const pid = now[name]?.pid ?? null;
        return pid !== null && pid !== before[name]?.pid ? now : null;
      });
      // No worker of the old one may be left beside the new one.
      expect(tree.filter(isAlive)).toEqual([]);
      expect(after[name]?.restarts).toBe(1);
      const touched = [name, ...(companions[name] ?? [])];
      for (const other of services.filter((one) => !touched.includes(one))) {
        expect(after[other]?.pid).toBe(before[other]?.pid);
      }
      await until(async () => ((await fetch(web).catch(() => null))?.status === 200 ? true : null));
    });
  }

  it('are adopted as they are after kill -9 of the manager', async () => {
    const before = await manager.ask<Identities>('status');
    const born = startTimes(before);
    await manager.crash();
    for (const name of services) expect(isAlive(before[name]?.pid ?? 0), name).toBe(true);

    manager = manage();
    const after = await manager.hear<Identities>('ready');
    for (const name of services) {
      expect(after[name], name).toMatchObject({ pid: before[name]?.pid, adopted: true });
    }
    expect(startTimes(after)).toEqual(born);
  });

  it('stop cleanly, and leave no process, pid file or socket', async () => {
    const running = await manager.ask<Identities>('status');
    const all = services.flatMap((name) => {
      const pid = running[name]?.pid ?? 0;
      return [pid, ...treeOf(pid)];
    });
    await manager.ask('stop', 'stopped');
    expect(all.filter(isAlive)).toEqual([]);
    const left = readdirSync(join(directory, '.drover'), { recursive: true, encoding: 'utf8' });
    expect(left.filter((path) => /\.pid$|\.sock$|\.s\.PGSQL/.test(path))).toEqual([]);
    const logs = textBelow(join(directory, '.drover'));
    expect(logs).toMatch(/database system is shut down/);
    expect(logs).toMatch(/mariadbd: Shutdown complete/i);
    expect(logs).toMatch(/bye bye/i);
  });
});

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}

/** All descendants, by an account that is not drover's. */
function treeOf(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (parent: number): readonly number[] =>
    parents.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

function startTimes(identities: Identities): Readonly<Record<string, string>> {
  return Object.fromEntries(
    services.map((name) => {
      const stat = readFileSync(`/proc/${identities[name]?.pid}/stat`, 'utf8');
      return [name, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''];
    }),
  );
}

function textBelow(path: string): string {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(log|err)$/.test(name) && existsSync(join(path, name)))
    .map((name) => readFileSync(join(path, name), 'utf8'))
    .join('\n');
}
