/**
 * `drover certify` on programs of each kind, and on real servers. All are certified side by
 * side, with their scratch directories in one place, which must be empty in the end. Real OS.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentName, Report, Result } from '../../src/cli/certify/result.ts';
import { built } from '../support/built.ts';
import { isAlive, page, Stage } from './presets/stage.ts';

const main = join(built, 'cli/main.js');

let stage: Stage;
let port: number;
beforeAll(async () => {
  stage = new Stage();
  port = await stage.port();
  mkdirSync(stage.path('tmp'));
  chmodSync(stage.path('tmp'), 0o755);
  writeFileSync(stage.path('server.mjs'), server);
});
afterAll(() => stage.close());

/** Honest in everything: listens first, then writes its PID file, and takes it with it. */
const server = `import { createServer } from 'node:http';
import { rmSync, writeFileSync } from 'node:fs';
const [, , port, pidFile] = process.argv;
const server = createServer((_, response) => response.end('ok'));
server.listen(Number(port), '127.0.0.1', () => writeFileSync(pidFile, process.pid + '\\n'));
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => {
  rmSync(pidFile, { force: true });
  process.exit(0);
});
`;

/** In a directory of its own, so that each has a state directory of its own. */
function project(name: string, services: string): string {
  const directory = stage.path(name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'drover.yaml'), `name: t\nservices:\n${services}`);
  return directory;
}

function drover(directory: string, ...words: readonly string[]) {
  const env = { ...process.env, NO_COLOR: '1', TMPDIR: stage.path('tmp') };
  return spawn(process.execPath, [main, ...words], { cwd: directory, env });
}

async function said(directory: string, ...words: readonly string[]) {
  const child = drover(directory, ...words);
  const [out, error] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { code: child.exitCode, out, error };
}

/** What did not pass, in its own words, for whoever reads that a test failed. */
const failuresOf = ({ report: { results } }: Certified): readonly string[] =>
  results
    .filter(({ verdict }) => verdict === 'failed')
    .map(({ name, summary }) => `${name}: ${summary}`);

interface Certified {
  readonly code: number | null;
  readonly report: Report & { readonly written: readonly string[] };
  of(name: ExperimentName): Result;
  verdicts(): Readonly<Record<string, string>>;
}

async function certify(directory: string, ...words: readonly string[]): Promise<Certified> {
  const { code, out, error } = await said(directory, 'certify', ...words, '--json');
  if (out === '') throw new Error(error);
  const report = JSON.parse(out);
  const of = (name: ExperimentName): Result => {
    const found = report.results.find((result: Result) => result.name === name);
    if (found === undefined) throw new Error(`no ${name} in ${out}`);
    return found;
  };
  const verdicts = () =>
    Object.fromEntries(report.results.map(({ name, verdict }: Result) => [name, verdict]));
  return { code, report, of, verdicts };
}

const honest = () => `  web: # a comment that stays
    command: [node, ${stage.path('server.mjs')}, "${port}", web.pid]
    pid_file: web.pid
    ready: { http: "http://127.0.0.1:${port}/" }
    reload_signal: SIGHUP
    stop_grace_period: 3m   # far too long
`;

const programs = {
  deaf: `  deaf:
    command: [sh, -c, "trap '' TERM; while :; do sleep 0.05; done"]
    stop_grace_period: 300ms
`,
  family: `  family:
    command: [sh, -c, "setsid sleep 1000 & trap 'exit 0' TERM; echo up; wait"]
    ready: { log: up }
`,
  forking: `  forking:
    type: forking
    command: [sh, -c, "sleep 1000 & echo $! > forking.pid"]
    pid_file: forking.pid
    ready: { pid_file: true }
`,
  liar: `  liar:
    command: [sh, -c, "echo ${process.pid} > liar.pid; exec sleep 1000"]
    pid_file: { path: liar.pid, wait: 500ms }
`,
  slow: `  slow:
    command: [sh, -c, "sleep 2; echo up; exec sleep 1000"]
    ready: { log: up, timeout: 30s }
`,
  redis: '  redis: { preset: redis }\n',
  nginx: '  nginx: { preset: nginx, with: { root: . } }\n',
} as const;

describe('programs of each kind', () => {
  const certified = new Map<string, Certified>();
  const of = (name: string): Certified => {
    const found = certified.get(name);
    if (found === undefined) throw new Error(`${name} was not certified`);
    return found;
  };
  beforeAll(async () => {
    const left = Object.entries({ ...programs, web: honest() });
    // Mostly they wait, but eight at once would be a machine that is busy with itself.
    const some = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const [name, services] = next;
        const words = name === 'web' ? ['web', '--write'] : [name];
        certified.set(name, await certify(project(name, services), ...words));
      }
    };
    await Promise.all([some(), some(), some()]);
  }, 240_000);

  it('passes an honest server in everything', () => {
    const { code, verdicts, of: result, report } = of('web');
    expect(verdicts()).toMatchObject({
      ...{ start: 'ok', reload: 'ok', 'double start': 'ok', stop: 'ok', 'pid file': 'ok' },
      ...{ 'kill -9': 'ok', 'port taken': 'ok', 'manager killed': 'ok' },
    });
    // Too quick to be frozen, or frozen and not called ready.
    expect(result('slow start').verdict).toMatch(/^(ok|skipped)$/);
    expect([code, report.ok]).toEqual([0, true]);
    expect(result('stop').summary).toMatch(/^honours SIGTERM: gone in \d/);
    expect(result('double start').summary).toMatch(/refuses .* exited with code 1.*is unharmed$/);
    expect(result('port taken').summary).toMatch(/is taken by pid \d+.*EADDRINUSE/);
    expect(result('pid file').figures).toMatchObject({ right: true, removed: true });
    expect(result('kill -9').figures).toMatchObject({ stalePidFile: true, children: 0 });
    expect(result('children').verdict).toBe('ok');
    expect(result('reload').figures).toMatchObject({ samePid: true, missed: 0 });
  });

  it('writes what it proposes, and nothing else', () => {
    const { report } = of('web');
    const grace = report.proposals.find(({ setting }) => setting === 'stop.grace_period');
    expect(grace).toMatchObject({ isChange: true, fromMs: 180_000 });
    const file = readFileSync(stage.path('web/drover.yaml'), 'utf8');
    expect(file).toContain(`stop_grace_period: ${(grace?.toMs ?? 0) / 1_000}s   # far too long\n`);
    expect(file).toContain('web: # a comment that stays\n');
    expect(report.written.filter((line) => line.startsWith('- '))).toContain(
      '- 8     stop_grace_period: 3m   # far too long',
    );
  });

  it('finds the one that is deaf', () => {
    const { code, of: result } = of('deaf');
    expect(code).toBe(7);
    expect(result('stop')).toMatchObject({ verdict: 'failed', figures: { killed: true } });
    expect(result('stop').summary).toMatch(/^deaf to SIGTERM: SIGKILL was needed after/);
  });

  it('finds the children that are left', () => {
    const { code, of: result } = of('family');
    expect([failuresOf(of('family')), code]).toEqual([[], 0]);
    expect(result('stop').summary).toMatch(/^honours SIGTERM/);
    expect(result('children').summary).toMatch(
      /^leaves 1 child \(sleep\), still there 1 s after it$/,
    );
    expect(result('kill -9')).toMatchObject({ verdict: 'ok', figures: { children: 1 } });
  });

  it('follows the one that forks, to its PID file', () => {
    const { code, of: result } = of('forking');
    expect(code).toBe(7);
    expect(result('pid file').summary).toMatch(
      /^names the main process.* stays when it is stopped/,
    );
    expect(result('manager killed').verdict).toBe('ok');
    expect(result('double start').summary).toBe(
      'a second copy damages the first: its PID file names the second',
    );
  });

  it('finds the PID file that names somebody else, and tries nothing further', () => {
    const { code, verdicts, of: result } = of('liar');
    expect(code).toBe(7);
    expect(verdicts()).toEqual({ start: 'failed', 'pid file': 'failed' });
    expect(result('pid file').summary).toBe(
      `wrong: it names process ${process.pid}, which is another program`,
    );
  });

  it('waits for the one that is slow, and does not call it ready while it is frozen', () => {
    const { code, of: result, report } = of('slow');
    expect([failuresOf(of('slow')), code]).toEqual([[], 0]);
    expect(result('start').figures['readyMs']).toBeGreaterThan(1_000);
    expect(result('slow start').summary).toMatch(/^frozen for 2 s, it was not called ready/);
    expect(report.proposals[0]).toMatchObject({ setting: 'ready.timeout', fromMs: 30_000 });
  });

  it.each(['redis', 'nginx'])('passes %s, with data and a port of its own', (name) => {
    const { code, verdicts, report } = of(name);
    expect([failuresOf(of(name)), code]).toEqual([[], 0]);
    expect(verdicts()).toMatchObject({
      ...{ start: 'ok', stop: 'ok', 'kill -9': 'ok', 'port taken': 'ok', 'manager killed': 'ok' },
    });
    expect(report.notes[0]).toContain('a data directory of its own');
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(stage.path('tmp'))).toEqual([]);
    expect(stage.processes()).toEqual([]);
  });
});

it('leaves nothing behind when it is interrupted', async () => {
  const child = drover(project('interrupted', honest()), 'certify', 'web');
  child.stdout.once('data', () => child.kill('SIGINT'));
  const [error] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(child.exitCode).toBe(130);
  expect(error).toContain('interrupted; nothing is left behind');
  expect(readdirSync(stage.path('tmp'))).toEqual([]);
  expect(stage.processes()).toEqual([]);
});

it('does not touch what runs already, and says what to do', async () => {
  const directory = project('running', honest());
  expect((await said(directory, 'up', '-d')).code).toBe(0);
  const { services } = JSON.parse((await said(directory, 'status', '--json')).out);
  const refused = await said(directory, 'certify', 'web');
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.error).toMatch(/^drover: cannot certify "web": it runs, pid \d+/);
  expect(refused.error).toContain('drover stop web first');
  expect(isAlive(services[0].pid)).toBe(true);
  expect(await page(port)).toBe('ok');
  await said(directory, 'down');
  const stranger = await stage.occupy(port);
  const taken = await said(directory, 'certify', 'web');
  expect(taken.error).toMatch(new RegExp(`port ${port} of "web" is taken by pid ${process.pid}`));
  await new Promise((resolve) => stranger.close(resolve));
});

it('refuses what cannot be certified, or not be written', async () => {
  const directory = project(
    'refused',
    '  once: { command: x, type: oneshot }\n  web: { command: x }\n',
  );
  const unknown = await said(directory, 'certify', 'wep');
  expect([unknown.code, unknown.error]).toEqual([
    4,
    expect.stringContaining('did you mean "web"?'),
  ]);
  expect((await said(directory, 'certify', 'once')).code).toBe(2);
  writeFileSync(
    stage.path('drover.config.mjs'),
    'export default { services: { web: { command: "x" } } };',
  );
  const program = await said(stage.directory, 'certify', 'web', '--write', '--json');
  expect(JSON.parse(program.error).error.code).toBe('not-editable');
});
