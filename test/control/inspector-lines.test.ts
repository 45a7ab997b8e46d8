/** What time a line of the past is given that does not say when it was written. */
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from '../../src/control/inspector/lines.ts';
import { pastRuns, shapeOf } from '../../src/control/inspector/past-runs.ts';
import { type LogShape, runsOf, spawnsIn } from '../../src/control/inspector/runs.ts';
import { type Line, type ServiceMemory, writeLine } from '../../src/runtime/journal-record.ts';
import { group, service } from '../support/specs.ts';

const day = Date.parse('2030-01-31T10:00:00Z');
const readAt = day + 900_000;

const identity = (pid: number) => ({ pid, startTime: pid, bootId: 'b', pidNamespace: 'n' });
let seq = 0;
const stamp = (afterMs: number) => {
  seq += 1;
  return { seq, at: afterMs, wall: day + afterMs, boot: 'b' };
};
const spawned = (afterMs: number, pid: number, logOffset: number): Line => ({
  ...stamp(afterMs),
  ...{ type: 'spawned', service: 'web', identity: identity(pid), logOffset, hash: 'h' },
});
const exited = (afterMs: number, pid: number): Line => ({
  ...stamp(afterMs),
  ...{ type: 'exited', service: 'web', pid, exit: { code: 1, signal: null }, reason: 'it fell' },
});

/** A line ends at its offset. */
const line = (text: string, offset: number, log = 'L') => ({
  ...{ service: 'web', text, at: readAt, log, offset },
});
const shape = (more: Partial<LogShape> = {}): LogShape => ({
  ...{ log: 'L', base: 0, basedAt: Number.NEGATIVE_INFINITY, end: 400 },
  ...{ writtenAt: day + 700_000, generations: [] },
  ...more,
});
function timesOf(
  journal: readonly Line[],
  lines: readonly ReturnType<typeof line>[],
  its = shape(),
) {
  const runs = runsOf(spawnsIn(journal).get('web') ?? [], its);
  const past = new Map([['web', { log: its.log, end: its.end, runs }]]);
  return linesOf(lines, { since: undefined, until: undefined }, undefined, () => past).map(
    ({ text, at, about }) => `${text} ${about === true ? '~' : ''}${(at - day) / 1_000}`,
  );
}

const twoRuns = [spawned(0, 1, 0), exited(100_000, 1), spawned(300_000, 2, 200)];

describe('a line that does not say when it was written', () => {
  it('was written between the beginning of its run and its end', () => {
    const lines = [50, 100, 200, 210, 300, 400].map((offset) => line(`to${offset}`, offset));
    expect(timesOf(twoRuns, lines)).toEqual([
      ...['to50 ~25', 'to100 ~50', 'to200 ~100'],
      ...['to210 ~320', 'to300 ~500', 'to400 ~700'],
    ]);
  });

  it('is not later than the end of a run that has ended', () => {
    const journal = [...twoRuns, exited(500_000, 2)];
    expect(timesOf(journal, [line('last', 400)])).toEqual(['last ~500']);
  });

  it('is as old as the line of its run that it follows', () => {
    const trace = [
      line('banner', 250),
      line('2030-01-31T10:06:00Z error', 300),
      line('  at main', 350),
    ];
    expect(timesOf(twoRuns, trace)).toEqual([
      'banner ~360',
      '2030-01-31T10:06:00Z error 360',
      '  at main 360',
    ]);
    // A line of another run says nothing of it.
    expect(timesOf(twoRuns, [line('2030-01-31T10:00:10Z a', 100), line('b', 300)])[1]).toBe(
      'b ~500',
    );
  });

  it('does not stand behind a later line that says when it was', () => {
    const lines = [line('a', 350), line('2030-01-31T10:05:01Z b', 380), line('c', 400)];
    expect(timesOf(twoRuns, lines)).toEqual(['a ~301', '2030-01-31T10:05:01Z b 301', 'c 301']);
  });

  it('was read when it was read where nothing is known of its run', () => {
    const journal = [spawned(300_000, 2, 200)];
    expect(timesOf(journal, [line('older', 100)])).toEqual(['older 900']);
    expect(timesOf(journal, [line('other', 300, 'M')])).toEqual(['other 900']);
    // It came after the runs were looked at.
    expect(timesOf(journal, [line('new', 500)])).toEqual(['new 900']);
  });
});

describe('the runs that a journal tells of', () => {
  it('are one where a later manager took the process over', () => {
    const journal = [spawned(0, 1, 0), spawned(50_000, 1, 300), exited(80_000, 1)];
    expect(spawnsIn(journal).get('web')).toEqual([{ from: day, until: day + 80_000, offset: 0 }]);
  });

  it('are also those that only a memory is left of', () => {
    const memory: ServiceMemory = {
      ...({ service: 'web', seq: 9, boot: 'b', wish: 'up', status: 'running' } as const),
      ...{ process: identity(1), restarts: [], completed: false, failure: null, lastExit: null },
      ...{ lastExitWall: null, startedAt: 0, startedWall: day, ready: true, hash: null },
      logOffset: 70,
    };
    const journal: Line[] = [{ type: 'memory', memory }, spawned(9_000, 1, 90), exited(60_000, 1)];
    expect(spawnsIn(journal).get('web')).toEqual([{ from: day, until: day + 60_000, offset: 70 }]);
    // The record that it was made of is there, too.
    expect(spawnsIn([spawned(0, 1, 70), ...journal]).get('web')).toHaveLength(1);
  });

  it('are found again after their log was rotated', () => {
    const generations = [
      { start: 100, end: 200, at: day + 60_000 },
      { start: 0, end: 100, at: day + 30_000 },
    ];
    const its = shape({ base: 200, basedAt: day + 60_000, end: 300, generations });
    const spawns = [
      { from: day + 10_000, until: day + 20_000, offset: 40 },
      { from: day + 40_000, until: day + 50_000, offset: 30 },
      { from: day + 70_000, until: null, offset: 20 },
    ];
    const runs = runsOf(spawns, its);
    expect(runs.map(({ begins, ends }) => [begins, ends])).toEqual([
      [40, 130],
      [130, 220],
      [220, 300],
    ]);
    // So far it had come when that part of the log was moved.
    expect(runs[0]?.knots).toEqual([
      [40, day + 10_000],
      [100, day + 20_000],
      [130, day + 20_000],
    ]);
  });

  it('are not guessed where more of the log is gone than anybody knows', () => {
    const generations = [{ start: 500, end: 600, at: day + 60_000 }];
    const its = shape({ base: 600, basedAt: day + 60_000, end: 700, generations });
    const spawns = [
      { from: day, until: day + 20_000, offset: 40 },
      { from: day + 70_000, until: null, offset: 20 },
    ];
    expect(runsOf(spawns, its).map(({ begins }) => begins)).toEqual([620]);
    // A file that somebody put there is not the one that was written to.
    const replaced = [...spawns, { from: day + 80_000, until: null, offset: 300 }];
    expect(runsOf(replaced, its)).toEqual([]);
  });
});

describe('what the files tell', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'drover-lines-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is read from the journal and from the log itself', () => {
    const path = join(directory, 'web.log');
    writeFileSync(path, 'one\ntwo\n');
    utimesSync(path, (day + 400_000) / 1_000, (day + 400_000) / 1_000);
    const header: Line = { type: 'journal', version: 1, seq: 0, memories: 0 };
    const journal = [header, spawned(0, 1, 0), exited(100_000, 1), spawned(300_000, 2, 4)];
    writeFileSync(join(directory, 'journal.jsonl'), journal.map(writeLine).join(''));
    const web = service('web', { logs: { ...service('web').logs, path } });
    const past = pastRuns({ root: group('root', [web]), stateDir: directory });
    expect(past.get('web')).toMatchObject({
      end: 8,
      runs: [
        { from: day, until: day + 100_000, begins: 0, ends: 4 },
        {
          from: day + 300_000,
          begins: 4,
          ends: 8,
          knots: [
            [4, day + 300_000],
            [8, day + 400_000],
          ],
        },
      ],
    });
  });

  it('places a rotated log as its origin says', () => {
    const path = join(directory, 'web.log');
    writeFileSync(path, 'x'.repeat(10));
    writeFileSync(`${path}.1`, 'x'.repeat(20));
    expect(shapeOf(path)).toBeNull();
    const { ino, birthtimeMs } = statSync(path);
    const live = `${ino.toString(36)}-${Math.round(birthtimeMs * 1_000).toString(36)}`;
    const origin = { log: 'L', live, base: 50, cut: null };
    writeFileSync(`${path}.origin`, JSON.stringify(origin));
    expect(shapeOf(path)).toMatchObject({
      ...{ log: 'L', base: 50, end: 60, generations: [{ start: 30, end: 50 }] },
    });
    writeFileSync(`${path}.origin`, JSON.stringify({ ...origin, live: 'other' }));
    expect(shapeOf(path)).toBeNull();
    expect(shapeOf(join(directory, 'none.log'))).toBeNull();
  });
});
