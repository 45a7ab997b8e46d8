/** The preset of MinIO, on the real one where it is installed, and on s3rver in its place. */
import { chmodSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Supervisor } from '../../../src/runtime/api.ts';
import { findBinary } from '../../../src/services/binaries.ts';
import { minio } from '../../../src/services/presets/index.ts';
import {
  exists,
  expectOneRestart,
  failureOf,
  isAlive,
  killMain,
  pidOf,
  pidsOf,
  Stage,
} from './stage.ts';

const standIn = new URL('./object-store.mjs', import.meta.url).pathname;
const isInstalled = isOnPath('minio');

let stage: Stage;
let wrapper = '';
beforeAll(() => {
  stage = new Stage();
  wrapper = stage.path('object-store');
  writeFileSync(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`);
  chmodSync(wrapper, 0o755);
});
afterAll(() => stage.close());

const secrets = { rootUser: 'drover', rootPassword: 'not-a-secret' };

/** From nothing to an object store that answers, is killed, comes back and is stopped. */
async function tellStory(directory: string, binary: string | undefined): Promise<void> {
  const port = await stage.port();
  const program = binary === undefined ? {} : { binary };
  const supervisor = await stage.supervise({
    store: minio({ ...secrets, ...program, port, consolePort: await stage.port(), directory }),
  });
  await supervisor.start();
  expect(exists(stage.path(directory, 'data'))).toBe(true);
  expect(await healthOf(port)).toBe(200);
  await refuseStrangers(port);
  expect(JSON.stringify([supervisor.status(), stage.events])).not.toContain('not-a-secret');

  const before = await killMain(supervisor, 'store');
  expect(before.filter(isAlive)).toEqual([]);
  expectOneRestart(supervisor, 'store');
  expect(await healthOf(port)).toBe(200);
  await stopByTerm(supervisor);
}

const healthOf = async (port: number): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}/minio/health/live`)).status;

/** S3 answers in XML, also to whom it does not let in. */
async function refuseStrangers(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/no-such-bucket/key`);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(await answer.text()).toContain('<Error>');
}

async function stopByTerm(supervisor: Supervisor): Promise<void> {
  const all = pidsOf(supervisor, 'store');
  expect(all).toContain(pidOf(supervisor, 'store'));
  const [outcome] = await supervisor.stop();
  expect(outcome?.summary).toMatch(/^stopped by SIGTERM in/);
  expect(all.filter(isAlive)).toEqual([]);
}

describe('an object store', () => {
  it('of s3rver lives as the preset says', () => tellStory('s3rver', wrapper));

  it.runIf(isInstalled)('of the real minio lives as the preset says', () =>
    tellStory('minio', undefined),
  );

  it('whose port is taken names the holder', async () => {
    const port = await stage.port();
    await stage.occupy(port);
    const supervisor = await stage.supervise({
      store: { ...minio({ ...secrets, binary: wrapper, port }), restart: 'no' },
    });
    const failure = await failureOf(supervisor.start());
    expect(failure).toContain(`127.0.0.1:${port} is taken by pid ${process.pid}`);
    expect(failure).toContain('Unable to start the server');
  });

  it.skipIf(isInstalled)('whose program is not there says how to get it', async () => {
    expect(await failureOf(stage.supervise({ store: minio() }))).toMatch(
      /needs the program "minio", which is not installed; get it with: go install/,
    );
  });
});

function isOnPath(name: string): boolean {
  try {
    return findBinary({ names: [name], install: '' }, process.env['PATH']) !== '';
  } catch {
    return false;
  }
}
