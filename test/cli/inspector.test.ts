/** The verbs of the inspector: what they ask for, what they open, and what they write. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { inspect } from '../../src/cli/commands/inspect.ts';
import { openInBrowser } from '../../src/cli/inspector/browser.ts';
import { stretchOf } from '../../src/cli/inspector/past.ts';
import { portFlag } from '../../src/cli/inspector/port.ts';
import { readRecording, writeRecording } from '../../src/cli/inspector/recording-file.ts';
import type { Client } from '../../src/control/client.ts';
import { createRecorder } from '../../src/inspection/recorder.ts';
import { recordingOf } from '../../src/inspection/recording.ts';
import { sessionOf } from './fake.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const url = 'http://127.0.0.1:7000/#token=secret';

function asked(answer: Partial<Awaited<ReturnType<Client['inspect']>>> = {}) {
  const requests: unknown[] = [];
  const method = async (request: unknown) => {
    requests.push(request);
    return { url, visit: null, control: false, opened: true, ...answer };
  };
  return { requests, method };
}

it('prints where the inspector is, and nothing else where programs read', async () => {
  const { requests, method } = asked();
  const { session, out, error } = sessionOf({ inspect: method });
  expect(await inspect(session)).toBe(0);
  expect([requests, out(), error()]).toEqual([
    [{}],
    `${url}\n`,
    'it records until: drover inspect --close\n',
  ]);
});

it('asks for what the flags say', async () => {
  const { requests, method } = asked({ url: null });
  const all = { control: true, port: '7000', close: true, json: true };
  const { session, out } = sessionOf({ inspect: method }, { options: all });
  await inspect(session);
  expect(requests).toEqual([{ control: true, port: 7_000, close: true }]);
  expect(JSON.parse(out())).toMatchObject({ url: null });
  for (const port of ['70000', '-1', 'x']) expect(() => portFlag({ port })).toThrow(/--port/);
  const both = sessionOf({ inspect: method }, { options: { control: true, stately: true } });
  await expect(inspect(both.session)).rejects.toMatchObject({ code: 'usage' });
});

it('opens a browser only where somebody sits', () => {
  const opened: string[] = [];
  const run = (program: string, [word = '']: readonly string[]) => {
    opened.push(`${program} ${word}`);
  };
  const linux = { platform: 'linux', env: { DISPLAY: ':0' }, run } as const;
  expect(openInBrowser('a', {}, linux)).toBe(true);
  expect(openInBrowser('b', {}, { ...linux, platform: 'darwin', env: {} })).toBe(true);
  expect(openInBrowser('c', {}, { ...linux, env: {} })).toBe(false);
  expect(openInBrowser('d', { open: false }, linux)).toBe(false);
  expect(openInBrowser('e', { json: true }, linux)).toBe(false);
  expect(opened).toEqual(['xdg-open a', 'open b']);
});

function recording() {
  const recorder = createRecorder();
  const actor = createActor(
    createMachine({ id: 'lamp', initial: 'off', states: { off: { on: { press: 'on' } }, on: {} } }),
  ).start();
  recorder.attach(actor);
  actor.send({ type: 'press', note: '</script><script>alert(1)</script>' });
  const info = { subject: 'system', name: 'lamp', version: '1' } as const;
  return recordingOf(recorder, 0, Date.now() + 1_000, { info });
}

it('reads the recordings it writes, and keeps them from others', () => {
  const path = join(directory, 'incident.json');
  const whole = recording();
  writeRecording(path, whole);
  expect(readRecording(path, { since: undefined, until: undefined })).toEqual(whole);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const page = join(directory, 'incident.html');
  const data = readFileSync(path, 'utf8').replaceAll('<', '\\u003c');
  const script = `<script type="application/json" id="recording">${data}</script>`;
  writeFileSync(page, `<!doctype html><body>${script}</body>`);
  expect(readRecording(page, { since: undefined, until: undefined })).toEqual(whole);
});

it('says of a file that is no recording what it is not', () => {
  const whole = { since: undefined, until: undefined };
  const texts = {
    'a.json': '{}',
    'b.json': 'null',
    'c.json': '{',
    'd.html': '<!doctype html>',
    'e.json': JSON.stringify({ ...recording(), records: null }),
    'f.json': JSON.stringify({ ...recording(), info: { protocol: 2 } }),
  };
  for (const [name, text] of Object.entries(texts)) {
    const path = join(directory, name);
    writeFileSync(path, text);
    expect(() => readRecording(path, whole), name).toThrow(
      expect.objectContaining({ code: 'unusable-recording' }),
    );
  }
  expect(() => readRecording(join(directory, 'none.html'), whole)).toThrow(/ENOENT/);
  expect(() => readRecording(directory, whole)).toThrow(/no journal/);
});

it('takes a stretch of time, forwards only', () => {
  const { since = 0, until = 0 } = stretchOf({ since: '10m', until: '5m' });
  expect(until - since).toBe(300_000);
  expect(stretchOf({})).toEqual({ since: undefined, until: undefined });
  expect(() => stretchOf({ since: '5m', until: '10m' })).toThrow(/before/);
  expect(() => stretchOf({ until: 'soon' })).toThrow(/--until soon/);
});
