/** The inspector of a real daemon, and what is left of it when that is gone. Real OS. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Recording } from '../../../src/inspection/protocol.ts';
import { actorNamed, openStream, type Told } from '../../control/inspector-stage.ts';
import { built } from '../../support/built.ts';
import { gone, Project } from './project.ts';

const config = `
services:
  ticker:
    command: [sh, -c, "while :; do echo tick; sleep 0.05; done"]
    environment: { SECRET_TOKEN: hush }
  crasher:
    command: [sh, -c, "sleep 0.2; exit 3"]
    autostart: false
    restart: { delay: 200ms, factor: 1, intensity: 100 }
`;

let project: Project;
const running: ChildProcess[] = [];

beforeEach(() => {
  project = new Project(config);
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await project.down();
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

function drover(...words: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' };
    const options = { cwd: project.directory, env, timeout: 50_000 };
    const main = join(built, 'cli/main.js');
    execFile(process.execPath, [main, ...words], options, (error, out, said) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, error: said }),
    );
  });
}

function addressOf(url: string) {
  const { origin, hash } = new URL(url);
  return { origin, headers: { authorization: `Bearer ${hash.replace('#token=', '')}` } };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it wants from an answer.
const read = async (url: string, path: string): Promise<any> => {
  const { origin, headers } = addressOf(url);
  return (await fetch(`${origin}${path}`, { headers })).json();
};

const statesOf = (told: readonly Told[], actor: number): readonly unknown[] =>
  told
    .filter(({ event }) => event === 'records')
    .flatMap(({ data }) => data.records)
    .filter((record) => record.kind === 'state' && record.actor === actor)
    .map(({ value }) => value);

it('opens a page that tells a crash as it happens, and hides what is secret', async () => {
  await project.up();
  const { code, out } = await drover('inspect', '--json');
  expect(code).toBe(0);
  const { url, visit } = JSON.parse(out);
  const { origin, headers } = addressOf(url);
  const page = await fetch(`${origin}/`);
  expect(await page.text()).toContain('inspector.js');
  expect((await fetch(`${origin}/api/info`)).status).toBe(401);
  const sent = await fetch(visit, { redirect: 'manual' });
  expect(sent.headers.get('location')).toMatch(/^\/#token=/);
  expect(await read(url, '/api/info')).toMatchObject({ subject: 'supervisor', control: false });

  const reader = await openStream(origin, '/api/stream', headers);
  await project.client.start({ names: ['crasher'], wait: false });
  await reader.until(() =>
    statesOf(reader.told, actorNamed(reader.told, 'crasher')).includes('backoff'),
  );
  const logs = await openStream(origin, '/api/logs?service=ticker&follow=true', headers);
  await logs.until(({ event, data: line }) => event === 'line' && line.text === 'tick');
  expect(JSON.stringify(reader.told)).not.toContain('hush');
  expect(JSON.stringify(reader.told)).toContain('SECRET_TOKEN');
  const { why } = await read(url, '/api/why/crasher');
  expect(why).toContain('crasher');

  expect((await drover('inspect', '--close')).code).toBe(0);
  await reader.ended();
  expect(reader.told.at(-1)).toMatchObject({ event: 'end' });
  await expect(fetch(origin)).rejects.toThrow();
});

it('writes what happened into one file for nobody else, and as a test', async () => {
  await project.up();
  await drover('inspect', '--json');
  const file = join(project.directory, 'incident.html');
  const test = join(project.directory, 'incident.test.ts');
  const said = await drover('record', '--since', '10m', '-o', file, '--as-test', test, '--json');
  expect(said).toMatchObject({ code: 0, error: '' });
  expect(JSON.parse(said.out)).toMatchObject({ files: [file, test] });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const html = readFileSync(file, 'utf8');
  expect(html).toContain('id="recording"');
  expect(html).not.toContain('hush');
  expect(readFileSync(test, 'utf8')).toContain("from 'vitest'");
  const { url } = await replay(file);
  const recording: Recording = await read(url, '/api/recording');
  expect(recording.definitions.map(({ layout }) => layout === null)).toEqual([false, false]);
  expect(recording.logs.some(({ text }) => text === 'tick')).toBe(true);
});

it('shows the journal of a daemon that is gone, until it is interrupted', async () => {
  const { pid } = await project.up();
  await project.client.start({ names: ['crasher'], wait: false });
  await expect
    .poll(async () => (await project.client.status()).services[1]?.restarts)
    .toBeGreaterThan(0);
  await project.client.shutdown();
  await gone(pid);
  const shown = await replay('--since', '3h');
  expect(await read(shown.url, '/api/info')).toMatchObject({ source: 'journal', control: false });
  const recording: Recording = await read(shown.url, '/api/recording');
  expect(recording.services.map(({ name }) => name).sort()).toEqual(['crasher', 'ticker']);
  expect(recording.records.length).toBeGreaterThan(10);
  const { origin, headers } = addressOf(shown.url);
  const stream = await fetch(`${origin}/api/stream`, { headers });
  expect([
    stream.status,
    ((await stream.json()) as { error: { code: string } }).error.code,
  ]).toEqual([409, 'not-live']);
  shown.child.kill('SIGINT');
  expect(await shown.ended).toBe(0);

  const file = join(project.directory, 'past.json');
  expect((await drover('record', '-o', file)).code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ info: { source: 'journal' } });
  expect((await drover('inspect')).code).toBe(6);
  const journal = await replay(join(project.stateDir, 'journal.jsonl'));
  expect(await read(journal.url, '/api/info')).toMatchObject({ source: 'journal' });
});

it('says what there is not', async () => {
  expect(existsSync(project.stateDir)).toBe(false);
  expect(await drover('replay')).toMatchObject({
    code: 1,
    error: expect.stringContaining('there is no journal'),
  });
  expect(await drover('replay', 'nothing.html')).toMatchObject({
    code: 1,
    error: expect.stringContaining('cannot replay nothing.html'),
  });
  expect((await drover('record', '--since', 'soon')).code).toBe(2);
  rmSync(project.directory, { recursive: true });
});

/** Resolves when it says where it is. */
function replay(...words: readonly string[]) {
  const main = join(built, 'cli/main.js');
  const child = spawn(process.execPath, [main, 'replay', ...words, '--no-open', '--quiet'], {
    cwd: project.directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return new Promise<{ url: string; child: ChildProcess; ended: Promise<number | null> }>(
    (resolve, reject) => {
      child.stdout.once('data', (bytes) => resolve({ url: String(bytes).trim(), child, ended }));
      child.on('exit', () => reject(new Error('it ended before it said where it is')));
    },
  );
}
