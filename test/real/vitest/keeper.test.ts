/** Services for tests, whatever becomes of those who asked for them. Real processes. */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  startServices as start,
  TestConfig,
  TestServices,
} from '../../../src/vitest/index.ts';
import { built } from '../../support/built.ts';
import { look } from '../../support/oracle.ts';
import { UserProject, until, vitest } from './project.ts';

const door = pathToFileURL(join(built, 'vitest/index.js')).href;
const { startServices } = (await import(door)) as { startServices: typeof start };

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let project: UserProject;
const started: TestServices[] = [];

beforeEach(() => {
  project = new UserProject('vitest-node');
});
afterEach(async () => {
  vi.useRealTimers();
  for (const services of started.splice(0)) await services.close().catch(() => {});
  await until(() => project.processes().length === 0);
  project.close();
});

async function up(config: TestConfig | string, ports: readonly string[] = []) {
  const env = { TMPDIR: project.temporary };
  const services = await startServices({ config, ports, env, baseDir: project.directory });
  started.push(services);
  return services;
}

const stack = () => up('.', ['COUNTER_PORT', 'FRONT_PORT']);
const forEver = (code = '') => ['node', '-e', `${code}; setInterval(() => {}, 1000)`];
const counterOf = ({ ports }: TestServices) =>
  fetch(`http://127.0.0.1:${ports['COUNTER_PORT']}/`, { headers: { connection: 'close' } });

describe('a test run that ends badly', () => {
  const hanging = `
    import { writeFileSync } from 'node:fs';
    import { test } from 'vitest';
    test('hangs', async () => {
      writeFileSync('hanging', '');
      await new Promise(() => {});
    }, 600_000);
  `;

  it.each(['SIGINT', 'SIGKILL'] as const)('by %s leaves nothing', async (signal) => {
    writeFileSync(join(project.directory, 'hanging.test.ts'), hanging);
    const run = project.start(vitest, 'run', 'hanging.test.ts');
    await until(() => existsSync(join(project.directory, 'hanging')) || run.exitCode !== null);
    expect(run.exitCode).toBeNull();
    expect(project.left()).toHaveLength(1);
    process.kill(-(run.pid ?? Number.NaN), signal);
    await until(() => project.left().length === 0 && project.processes().length === 0);
  });

  it('by forgetting its services leaves nothing, and is not held up by them', async () => {
    const script = `
      import { startServices } from '${door}';
      const { ports } = await startServices({ config: '.', ports: ['COUNTER_PORT', 'FRONT_PORT'] });
      console.log(await (await fetch('http://127.0.0.1:' + ports.FRONT_PORT)).text());
    `;
    writeFileSync(join(project.directory, 'node_modules/script.mjs'), script);
    const { code, said } = await project.run('script.mjs');
    expect([code, said]).toEqual([0, 'you are visitor 1\n']);
    await until(() => project.left().length === 0 && project.processes().length === 0);
  });
});

describe('a keeper that was killed', () => {
  it('leaves its services to the next one, which clears them away', async () => {
    const first = await stack();
    const others = project.processes();
    expect(others).toHaveLength(2);
    // Its directory is named after it.
    process.kill(Number(basename(first.directory).split('-')[0]), 'SIGKILL');
    await expect(first.close()).rejects.toMatchObject({ code: 'keeper-gone' });
    expect((await counterOf(first)).status).toBe(200);

    const second = await up({ services: { web: { command: forEver() } } });
    for (const { pid, startTime } of others) expect(look(pid)?.startTime).not.toBe(startTime);
    expect(project.left()).toHaveLength(1);
    await second.close();
    expect(project.left()).toEqual([]);
  });
});

describe('services for tests', () => {
  it('that do not start say why, with what they printed last, and leave nothing', async () => {
    const web = {
      command: forEver(
        'for (let n = 1; n < 19; n++) console.log("line " + n); console.log("no licence"); process.exit(3)',
      ),
      restart: 'no',
    } as const;
    const error: Error = await up({ services: { web } }).then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(error).toMatchObject({ code: 'start-failed' });
    expect(error.message).toMatch(/web.*exit(ed|s)? .*3/s);
    expect(error.message).toContain('    | no licence');
    expect(error.message).toContain('    | line 1\n');
    expect(project.left()).toEqual([]);
  });

  it('that are described wrongly say where', async () => {
    writeFileSync(join(project.directory, 'drover.yaml'), 'services:\n  web: { comand: node }\n');
    await expect(stack()).rejects.toThrow(/drover\.yaml:2:\d+: services\.web\.comand/);
    expect(project.left()).toEqual([]);
  });

  it('are looked after while a test has taken the clock', async () => {
    vi.useFakeTimers();
    const services = await stack();
    await services.restart('counter');
    expect(await (await counterOf(services)).json()).toEqual({ count: 0 });
    await services.close();
    expect(project.left()).toEqual([]);
  });

  it('never share a port, however many ask at once', async () => {
    const one = () => up({ services: { web: { command: forEver() } } }, ['a', 'b', 'c']);
    const all = await Promise.all([one(), one(), one()]);
    const ports = all.flatMap((services) => Object.values(services.ports));
    expect(new Set(ports).size).toBe(9);
    expect(new Set(all.map(({ directory }) => directory)).size).toBe(3);
  });

  it('have only a log where there is such a service', async () => {
    const services = await up({
      services: { web: { command: forEver('console.log("here")'), ready: { log: 'here' } } },
    });
    expect(services.log('web')).toContain('here');
    expect(() => services.log('wbe')).toThrow('there are web');
  });
});
