import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/kernel/node-files.ts';
import { VirtualClock } from '../../src/kernel/simulated/virtual-clock.ts';
import { LogFile } from '../../src/runtime/log-file.ts';
import { quote } from '../../src/runtime/log-quote.ts';
import { follow, lastLines, type ReadLine, tail } from '../../src/runtime/log-tail.ts';

// Real files, read in virtual time: the test says when a change is noticed.
let directory: string;
let path: string;
let notice: () => void;
let clock: VirtualClock;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-log-'));
  path = join(directory, 'web.log');
  clock = new VirtualClock();
  notice = () => {};
});
afterEach(() => rmSync(directory, { recursive: true }));

const kernel = () => ({
  clock,
  watchFile: (_: string, changed: () => void) => {
    notice = changed;
    return () => {};
  },
});

function reader(lines = 0, paused$?: BehaviorSubject<boolean>) {
  const log = new LogFile(nodeFiles, path);
  const read: ReadLine[] = [];
  const options = { from: lastLines(log, lines), ...(paused$ && { paused$ }) };
  const subscription = follow(kernel(), log, options).subscribe((line) => read.push(line));
  const settle = () => {
    notice();
    clock.advance(1_000);
    return read.splice(0).map(({ text }) => text);
  };
  return { log, read, subscription, settle };
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');

describe('the tail of a log', () => {
  const last = (lines: number) =>
    tail(clock, new LogFile(nodeFiles, path), lines).map(({ text }) => text);

  it('is its last lines, an unfinished one included', () => {
    writeFileSync(path, `${numbered(0, 50_000)}unfinished`);
    expect(last(3)).toEqual(['line 49998', 'line 49999', 'unfinished']);
    expect(last(0)).toEqual([]);
    expect(last(40_000)).toHaveLength(40_000);
  });

  it('is all there is where there is less, and nothing where there is no file', () => {
    expect(last(10)).toEqual([]);
    writeFileSync(path, '');
    expect(last(10)).toEqual([]);
    writeFileSync(path, 'one\n\ntwo\n');
    expect(last(10)).toEqual(['one', '', 'two']);
  });

  it('reaches into older generations, also in the middle of a line', () => {
    writeFileSync(`${path}.2`, 'a\nb\nc');
    writeFileSync(`${path}.1`, 'c\nd\ne');
    writeFileSync(path, 'e\nf\n');
    expect(last(4)).toEqual(['cc', 'd', 'ee', 'f']);
    expect(last(100)).toEqual(['a', 'b', 'cc', 'd', 'ee', 'f']);
  });

  it('stays small for a line of a hundred megabytes', () => {
    writeFileSync(path, Buffer.alloc(30 * 1024 * 1024, 0x79));
    const [line] = tail(clock, new LogFile(nodeFiles, path), 5);
    expect(line?.truncated).toBe(true);
    expect(line?.text).toHaveLength(64 * 1024);
  });
});

describe('a log that is followed', () => {
  it('tells each line when it is whole', () => {
    writeFileSync(path, numbered(0, 10));
    const { settle } = reader(2);
    expect(settle()).toEqual(['line 8', 'line 9']);
    appendFileSync(path, 'half');
    expect(settle()).toEqual([]);
    appendFileSync(path, ' and half\nnext\n');
    expect(settle()).toEqual(['half and half', 'next']);
  });

  it('tells everything of a log that did not exist yet', () => {
    const { settle } = reader();
    expect(settle()).toEqual([]);
    writeFileSync(path, 'first\n');
    expect(settle()).toEqual(['first']);
  });

  it('goes on with a file that was truncated, or removed, or moved and made anew', () => {
    writeFileSync(path, numbered(0, 10));
    const { settle } = reader();
    truncateSync(path);
    appendFileSync(path, 'after\n');
    expect(settle()).toEqual(['after']);
    rmSync(path);
    writeFileSync(path, 'recreated\n');
    settle();
    renameSync(path, `${path}.old`);
    writeFileSync(path, 'a new file, longer than the one before\n');
    expect(settle()).toEqual(['a new file, longer than the one before']);
  });

  it('goes on through a rotation that took the head off, wherever it was', () => {
    writeFileSync(path, numbered(0, 1_000));
    const { log, settle } = reader(500);
    clock.advance(0);
    log.beginMove();
    const bytes = Buffer.from(numbered(0, 1_000));
    writeFileSync(`${path}.1`, bytes.subarray(0, 4096));
    writeFileSync(path, bytes.subarray(4096));
    appendFileSync(path, numbered(1_000, 1_010));
    log.endMove(4096, true, 3);
    const lines = settle();
    expect(lines).toEqual(numbered(500, 1_010).trimEnd().split('\n'));
  });

  it('tells how much was gone before a slow reader came to it', () => {
    writeFileSync(path, numbered(0, 1_000));
    const paused$ = new BehaviorSubject(true);
    const { log, read } = reader(1_000, paused$);
    const bytes = Buffer.from(numbered(0, 1_000));
    log.beginMove();
    writeFileSync(path, bytes.subarray(4096));
    log.endMove(4096, false, 0);
    clock.advance(1_000);
    expect(read).toEqual([]);
    paused$.next(false);
    clock.advance(1_000);
    expect(read[0]?.skippedBytes).toBe(4096);
    expect(read.slice(1).every(({ skippedBytes }) => skippedBytes === 0)).toBe(true);
    expect(read.at(-1)?.text).toBe('line 999');
  });

  it('lets a listener leave in the middle', () => {
    writeFileSync(path, numbered(0, 10));
    const log = new LogFile(nodeFiles, path);
    const read: string[] = [];
    const subscription = follow(kernel(), log, { from: 0 }).subscribe(({ text }) => {
      read.push(text);
      if (read.length === 2) subscription.unsubscribe();
    });
    clock.advance(1_000);
    expect(read).toEqual(['line 0', 'line 1']);
  });
});

describe('a quotation', () => {
  const said = (offset: number) => quote(nodeFiles, path, offset, 2);

  it('prefers what sounds like trouble, of this run only, without colours', () => {
    writeFileSync(path, 'error: of the last run\n');
    const offset = nodeFiles.size(path) ?? 0;
    appendFileSync(path, '\u001b[31mbind() failed (98: Address already in use)\u001b[0m\nbye\n\n');
    expect(said(offset)).toEqual(['bind() failed (98: Address already in use)']);
  });

  it('is the last lines where none does, and nothing where there are none', () => {
    writeFileSync(path, 'one\ntwo\nthree\n---\n');
    expect(said(0)).toEqual(['two', 'three']);
    expect(said(nodeFiles.size(path) ?? 0)).toEqual([]);
    rmSync(path);
    expect(said(0)).toEqual([]);
  });

  it('begins anew where the log was rotated since', () => {
    writeFileSync(path, 'after the rotation\n');
    expect(said(1_000_000)).toEqual(['after the rotation']);
  });
});
