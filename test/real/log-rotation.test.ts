/** Real writers on the real file system: nothing here waits for a fixed time. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKernel } from '../../src/kernel/index.ts';
import type { Kernel } from '../../src/kernel/port.ts';
import { LogFile } from '../../src/runtime/log-file.ts';
import { LogKeeper } from '../../src/runtime/log-keeper.ts';
import { LogRotation, type RotatedLog } from '../../src/runtime/log-rotation.ts';
import { follow } from '../../src/runtime/log-tail.ts';

const megabyte = 1024 * 1024;
const maxBytes = megabyte;
const maxFiles = 3;
/** Numbered lines, until so many bytes are written. */
const flatOut = `
  const fs = require('fs');
  const wanted = ${200 * megabyte};
  const padding = 'x'.repeat(80);
  for (let n = 0, bytes = 0; bytes < wanted; n += 1) bytes += fs.writeSync(1, n + ' ' + padding + '\\n');
`;

let directory: string;
let path: string;
let kernel: Kernel;
let writer: ChildProcess | null;
const troubles: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-rotation-'));
  path = join(directory, 'web.log');
  kernel = createKernel();
  writer = null;
  troubles.length = 0;
});
afterEach(() => {
  writer?.kill('SIGKILL');
  kernel.close();
  rmSync(directory, { recursive: true, force: true });
});

function startWriter(program = flatOut): Promise<void> {
  const output = openSync(path, 'a');
  writer = spawn(process.execPath, ['-e', program], { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  return new Promise((resolve) => writer?.once('exit', () => resolve()));
}

function rotated(): RotatedLog {
  return {
    file: new LogFile(kernel.files, path),
    maxBytes,
    maxFiles,
    pause: () => void writer?.kill('SIGSTOP'),
    resume: () => void writer?.kill('SIGCONT'),
  };
}

function keep(log: RotatedLog, rotation = new LogRotation(kernel)): LogKeeper {
  const trouble = (where: string, reason: string | null) => {
    if (reason !== null) troubles.push(`${where}: ${reason}`);
  };
  const keeper = new LogKeeper(kernel, { rotation, trouble });
  keeper.keep([log]);
  return keeper;
}

/** All generations, oldest first, as one. */
function retained(): string {
  const numbers = [3, 2, 1].map((number) => `${path}.${number}`).filter((one) => existsSync(one));
  return [...numbers, path].map((one) => readFileSync(one, 'utf8')).join('');
}

/** The first line may have lost its beginning with an older generation. */
function expectUnbroken(text: string): number {
  const numbers = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(' ', 1)[0]));
  const [first = 0] = numbers;
  const broken = numbers.findIndex((number, i) => number !== first + i);
  expect(broken, `${numbers.slice(broken - 1, broken + 2)}`).toBe(-1);
  return numbers.at(-1) ?? 0;
}

const sizes = () =>
  readdirSync(directory).map(
    (name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  );

async function measured(ended: Promise<void>): Promise<number> {
  let most = 0;
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    most = Math.max(
      most,
      sizes().reduce((sum, size) => sum + size, 0),
    );
    await sleep(5);
  }
  return most;
}

describe.each([
  ['that can cut heads off', true],
  ['that cannot', false],
])('rotation under a writer that writes flat out, on a file system %s', (_, collapses) => {
  it('loses, doubles and reorders no line, and bounds the disk', async () => {
    const keeper = keep(rotated(), new LogRotation(kernel, collapses));
    const most = await measured(startWriter());
    await sleep(1_200);
    await keeper.idle();
    keeper.close();
    expect(troubles).toEqual([]);
    const last = expectUnbroken(retained());
    expect(last).toBeGreaterThan(500_000);
    // What comes in while a busy machine gets round to it is beyond the bound for that long,
    // and where a file cannot be cut it is there twice. All of it would be 200.
    expect(most).toBeLessThan((collapses ? 100 : 140) * megabyte);
    const rest = sizes().reduce((sum, size) => sum + size, 0);
    // A file that is emptied as a whole makes generations as large as it was.
    if (collapses) expect(rest).toBeLessThan((maxFiles + 1) * maxBytes + 4096);
    expect(existsSync(`${path}.4`)).toBe(false);
    expect(existsSync(`${path}.moving`)).toBe(false);
  });

  it('is followed without a gap that is not told', async () => {
    const log = rotated();
    const keeper = keep(log, new LogRotation(kernel, collapses));
    const seen: { n: number; skipped: number }[] = [];
    const subscription = follow(kernel, log.file, { from: 0 }).subscribe(
      ({ text, skippedBytes }) => {
        seen.push({ n: Number(text.split(' ', 1)[0]), skipped: skippedBytes });
      },
    );
    await startWriter();
    keeper.close();
    await keeper.idle();
    const last = expectUnbroken(retained());
    while (seen.at(-1)?.n !== last) await sleep(20);
    subscription.unsubscribe();
    // Behind a gap comes the rest of a line; the next one may be any later one.
    const untold = seen.findIndex(({ n, skipped }, i) => {
      const before = seen[i - 1];
      return skipped === 0 && before?.skipped === 0 && n !== before.n + 1;
    });
    expect(untold, JSON.stringify(seen.slice(untold - 1, untold + 1))).toBe(-1);
  });
});

describe('rotation', () => {
  it('survives the removal of the directory', async () => {
    const keeper = keep(rotated());
    await keeper.idle();
    rmSync(directory, { recursive: true });
    while (!existsSync(directory)) await sleep(10);
    expect(troubles).toEqual([expect.stringContaining('was removed')]);
    writeFileSync(path, 'x'.repeat(3 * megabyte));
    while (!existsSync(`${path}.1`)) await sleep(10);
    await keeper.idle();
    keeper.close();
  });

  it('is not awake while nothing is written, and notices when something is', async () => {
    let looks = 0;
    const log = rotated();
    const extent = log.file.extent.bind(log.file);
    log.file.extent = () => {
      looks += 1;
      return extent();
    };
    const keeper = keep(log);
    await sleep(300);
    const before = looks;
    await sleep(1_500);
    expect(looks).toBe(before);
    writeFileSync(path, 'x'.repeat(3 * megabyte));
    while (!existsSync(`${path}.1`)) await sleep(10);
    await keeper.idle();
    keeper.close();
    expect(statSync(path).size).toBeLessThanOrEqual(maxBytes);
  });

  it.each(['before', 'after'])('goes on where a manager died %s the cut', async (moment) => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `${n} ${'x'.repeat(40)}\n`).join('');
    const head = lines.slice(0, 8 * 4096);
    writeFileSync(`${path}.moving`, head);
    writeFileSync(path, moment === 'before' ? lines : lines.slice(head.length));
    appendFileSync(path, '20000 last\n');
    const keeper = keep(rotated());
    await keeper.idle();
    keeper.close();
    expect(retained()).toBe(`${lines}20000 last\n`);
    expect(existsSync(`${path}.moving`)).toBe(false);
  });

  it('cuts down what has grown while no manager lived, keeping the last of it', async () => {
    const lines = Array.from({ length: 200_000 }, (_, n) => `${n} ${'x'.repeat(80)}\n`).join('');
    writeFileSync(path, lines);
    const keeper = keep(rotated());
    await keeper.idle();
    keeper.close();
    expect(troubles).toEqual([]);
    const text = retained();
    expect(lines.endsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(maxFiles * maxBytes);
    expect(text.length).toBeLessThan((maxFiles + 1) * maxBytes + 4096);
  });

  it('leaves alone what is no regular file', async () => {
    const { symlinkSync } = await import('node:fs');
    const precious = join(directory, 'precious');
    writeFileSync(precious, 'x'.repeat(3 * megabyte));
    symlinkSync(precious, path);
    const keeper = keep(rotated());
    await keeper.idle();
    keeper.close();
    expect(statSync(precious).size).toBe(3 * megabyte);
  });
});
