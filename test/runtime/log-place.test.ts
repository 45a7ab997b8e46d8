/** Addresses of a log's bytes hold for later managers, whatever became of the files meanwhile. Real files. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/kernel/node-files.ts';
import type { Kernel, RunOptions, RunOutcome } from '../../src/kernel/port.ts';
import { VirtualClock } from '../../src/kernel/simulated/virtual-clock.ts';
import type { CommandSpec } from '../../src/machines/vocabulary.ts';
import type { LogPlace } from '../../src/runtime/api.ts';
import { LogFile } from '../../src/runtime/log-file.ts';
import { originPath } from '../../src/runtime/log-origin.ts';
import { LogRotation, type RotatedLog } from '../../src/runtime/log-rotation.ts';
import { tail } from '../../src/runtime/log-tail.ts';

const block = 4096;
const clock = new VirtualClock();
let directory: string;
let path: string;
/** Called where the head is cut off; what it throws, a crash of the manager does. */
let cutting: (cut: () => void) => void;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-place-'));
  path = join(directory, 'web.log');
  cutting = (cut) => cut();
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Cuts heads off on any file system: nobody else writes here. */
const run = ({ argv }: CommandSpec, _: RunOptions, done: (outcome: RunOutcome) => void) => {
  const length = Number(argv[argv.indexOf('--length') + 1]);
  cutting(() => {
    const rest = readFileSync(path).subarray(length);
    writeFileSync(path, rest);
  });
  done({ kind: 'exited', exit: { code: 0, signal: null }, output: '' } as RunOutcome);
  return () => {};
};
const kernel = { clock, files: nodeFiles, run } as unknown as Kernel;

function manager({ maxFiles = 3, collapses = true } = {}) {
  const file = new LogFile(nodeFiles, path);
  const log: RotatedLog = { file, maxBytes: block, maxFiles, pause: () => {}, resume: () => {} };
  const rotation = new LogRotation(kernel, collapses);
  return { file, rotate: () => rotation.rotate(log), log, rotation };
}

/** As a manager does that comes after a crash. */
async function successor(options: Parameters<typeof manager>[0] = {}) {
  const next = manager(options);
  await next.rotation.recover(next.log);
  return next;
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${String(from + i).padStart(6, '0')}\n`).join(
    '',
  );

/** Behind line `number`, as whoever read it was told. */
function placeBehind(file: LogFile, number: number): LogPlace {
  const line = tail(clock, file, 100_000).find(
    ({ text }) => text === lines(number, number + 1).trim(),
  );
  if (line === undefined) throw new Error(`there is no line ${number}`);
  return { log: line.log, offset: line.offset };
}

/** The first line that is read on from there. */
function nextLine(file: LogFile, place: LogPlace): { text: string; isGone: boolean } {
  const { at, isGone } = file.find(place);
  const text = Buffer.from(file.read(at, 12).bytes).toString().trim();
  return { text, isGone };
}

const whole = (number: number) => ({ text: lines(number, number + 1).trim(), isGone: false });

describe.each([
  ['cut off', true],
  ['emptied', false],
])('a place in a log that is %s', (_, collapses) => {
  it('holds for the next manager, through rotations of both', async () => {
    writeFileSync(path, lines(0, 100));
    const first = manager({ collapses });
    const place = placeBehind(first.file, 70);
    expect(nextLine(manager().file, place)).toEqual(whole(71));
    appendFileSync(path, lines(100, 500));
    await first.rotate();
    const later = placeBehind(first.file, 450);
    const second = await successor({ collapses });
    expect([place, later].map((one) => nextLine(second.file, one))).toEqual([
      whole(71),
      whole(451),
    ]);
    appendFileSync(path, lines(500, 900));
    await second.rotate();
    const third = await successor({ collapses });
    expect([place, later].map((one) => nextLine(third.file, one))).toEqual([whole(71), whole(451)]);
    expect(nextLine(third.file, placeBehind(second.file, 800))).toEqual(whole(801));
  });

  it('is told to be gone when its generation is, and only then', async () => {
    writeFileSync(path, lines(0, 400));
    const first = manager({ maxFiles: 1, collapses });
    const [early, late] = [placeBehind(first.file, 3), placeBehind(first.file, 399)];
    for (const from of [400, 800]) {
      await first.rotate();
      appendFileSync(path, lines(from, from + 400));
    }
    const next = await successor({ maxFiles: 1, collapses });
    expect(next.file.find(early).isGone).toBe(true);
    expect(next.file.find(late)).toMatchObject({ at: late.offset });
    expect(nextLine(next.file, placeBehind(first.file, 1_100))).toEqual(whole(1_101));
  });

  it('holds where heads are thrown away', async () => {
    writeFileSync(path, lines(0, 1_000));
    const first = manager({ maxFiles: 0, collapses });
    const early = placeBehind(first.file, 3);
    await first.rotate();
    appendFileSync(path, lines(1_000, 1_200));
    const place = placeBehind(first.file, 1_100);
    const { file } = await successor({ maxFiles: 0, collapses });
    expect(nextLine(file, place)).toEqual(whole(1_101));
    expect(file.find(early).isGone).toBe(true);
  });
});

describe('a place in a log whose manager died', () => {
  const crash = new Error('the manager died');

  it.each(['before', 'after'])('%s the cut of its head is found again', async (moment) => {
    writeFileSync(path, lines(0, 600));
    const first = manager();
    const places = [5, 590].map((number) => placeBehind(first.file, number));
    cutting = (cut) => {
      if (moment === 'after') cut();
      throw crash;
    };
    const moving = `${path}.moving`;
    // A dead manager tidies up nothing: what it had on disk then is put back.
    let left: readonly [string, Buffer][] = [];
    const dying = cutting;
    cutting = (cut) => {
      try {
        dying(cut);
      } finally {
        left = [path, moving, originPath(path)].map((one) => [one, readFileSync(one)]);
      }
    };
    await expect(first.rotate()).rejects.toBe(crash);
    for (const [name, content] of left) writeFileSync(name, content);
    cutting = (cut) => cut();
    const second = manager();
    expect(second.file.isMoving).toBe(true);
    await second.rotation.recover(second.log);
    expect(existsSync(moving)).toBe(false);
    expect(places.map((place) => nextLine(second.file, place))).toEqual([whole(6), whole(591)]);
    expect(nextLine((await successor()).file, places[1] as LogPlace)).toEqual(whole(591));
  });

  it('before the head had its final name is found again', async () => {
    writeFileSync(path, lines(0, 600));
    const first = manager();
    const places = [5, 590].map((number) => placeBehind(first.file, number));
    await first.rotate();
    renameSync(`${path}.1`, `${path}.moving`);
    const { file } = await successor();
    expect(places.map((place) => nextLine(file, place))).toEqual([whole(6), whole(591)]);
  });

  it('while it threw the head away is of another log', async () => {
    writeFileSync(path, lines(0, 2_000));
    const first = manager({ maxFiles: 0 });
    const place = placeBehind(first.file, 1_990);
    let left = Buffer.alloc(0);
    cutting = (cut) => {
      cut();
      left = readFileSync(originPath(path));
      throw crash;
    };
    await expect(first.rotate()).rejects.toBe(crash);
    writeFileSync(originPath(path), left);
    const second = await successor({ maxFiles: 0 });
    expect(second.file.find(place)).toEqual({ at: second.file.extent().end, isGone: true });
    // And from then on places hold again.
    const later = placeBehind(second.file, 1_995);
    expect(nextLine((await successor()).file, later)).toEqual(whole(1_996));
  });
});

describe('a place in a log that somebody else handled', () => {
  it('holds when it was emptied or replaced under a manager that told so', async () => {
    writeFileSync(path, lines(0, 100));
    const first = manager();
    for (const handle of [() => truncateSync(path), () => renameSync(path, `${path}.old`)]) {
      first.file.extent();
      handle();
      first.file.extent();
      writeFileSync(path, lines(200, 250));
      first.file.extent();
      await first.rotation.tell(first.log);
      const place = placeBehind(first.file, 210);
      expect(nextLine(manager().file, place)).toEqual(whole(211));
    }
  });

  it('is gone when it was emptied or replaced while no manager lived', () => {
    writeFileSync(path, lines(0, 100));
    const place = placeBehind(manager().file, 50);
    truncateSync(path);
    appendFileSync(path, lines(100, 110));
    const emptied = manager().file;
    expect(nextLine(emptied, place)).toEqual({ ...whole(100), isGone: true });
    renameSync(path, `${path}.old`);
    writeFileSync(path, lines(0, 300));
    const { file } = manager();
    expect(file.find(place)).toEqual({ at: file.extent().end, isGone: true });
  });

  it('is of another log where the note beside it is damaged or cannot be written', async () => {
    writeFileSync(path, lines(0, 600));
    const first = manager();
    await first.rotate();
    const place = placeBehind(first.file, 550);
    expect(nextLine(manager().file, place)).toEqual(whole(551));
    // In the way of the note, like a full disk.
    mkdirSync(`${originPath(path)}.new`);
    appendFileSync(path, lines(600, 1_200));
    await first.rotate();
    expect(first.file.find(place).isGone).toBe(true);
    expect((await successor()).file.find(place).isGone).toBe(true);
    rmSync(`${originPath(path)}.new`, { recursive: true });
    const { file, log, rotation } = await successor();
    await rotation.tell(log);
    expect(nextLine(manager().file, placeBehind(file, 1_100))).toEqual(whole(1_101));
  });
});
