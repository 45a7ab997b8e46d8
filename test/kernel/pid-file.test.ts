import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPidFile } from '../../src/kernel/pid-file.ts';
import { isRoot, openBelow, scratchDirectory } from './scratch.ts';

describe('a PID file', () => {
  it.each([
    ['4321\n', 4321],
    ['2\n', 2],
    // Not every server ends the line.
    ['4321', 4321],
    ['4321\n/var/lib/postgresql/15/main\n1790000000\n5432\n/tmp\n\n  5432001  0\nready   \n', 4321],
    [`4321\n${'x'.repeat(4_000)}`, 4321],
  ])('is read by its first line alone: %j', (content, pid) => {
    expect(readPidFile(written(content))).toEqual({ kind: 'pid', pid });
  });

  it.each([
    ['', 'it is empty'],
    ['\n', 'its first line is "", which is no pid of a service'],
    ['0\n', 'its first line is "0", which is no pid of a service'],
    ['1\n', 'its first line is "1", which is no pid of a service'],
    ['-1\n', 'its first line is "-1", which is no pid of a service'],
    ['0x10\n', 'its first line is "0x10", which is no pid of a service'],
    ['12abc\n', 'its first line is "12abc", which is no pid of a service'],
    ['1e3\n', 'its first line is "1e3", which is no pid of a service'],
    [' 12\n', 'its first line is " 12", which is no pid of a service'],
    ['12 \n', 'its first line is "12 ", which is no pid of a service'],
    ['12\r\n', 'its first line is "12\\r", which is no pid of a service'],
    ['012\n', 'its first line is "012", which is no pid of a service'],
    ['12.0\n', 'its first line is "12.0", which is no pid of a service'],
    ['NaN\n', 'its first line is "NaN", which is no pid of a service'],
    ['12\0\n', 'its first line is "12\\u0000", which is no pid of a service'],
    [
      '99999999999999999999\n',
      'its first line is "99999999999999999999", which is no pid of a service',
    ],
    ['1'.repeat(65), 'its first line is above 64 bytes'],
    [`${'7'.repeat(5_000)}\n`, 'its first line is above 64 bytes'],
    [`12\n${'x'.repeat(2 ** 20)}`, 'it has 1048579 bytes'],
  ])('is not believed when it says %j', (content, reason) => {
    expect(readPidFile(written(content))).toEqual({ kind: 'unusable', reason });
  });

  it('is absent where there is none, also below what is no directory', () => {
    const path = written('x');
    expect(readPidFile(join(path, 'below'))).toEqual({ kind: 'absent' });
    expect(readPidFile(`${path}.none`)).toEqual({ kind: 'absent' });
  });

  it('is not read from a FIFO, a directory, a device, a socket or through a link', async () => {
    const directory = scratchDirectory();
    spawnSync('mkfifo', [join(directory, 'fifo')]);
    mkdirSync(join(directory, 'directory'));
    writeFileSync(join(directory, 'real'), '4321\n');
    symlinkSync(join(directory, 'real'), join(directory, 'link'));
    const server = createServer();
    await new Promise<void>((done) => server.listen(join(directory, 'socket'), done));
    const reasons = ['fifo', 'directory', 'link', 'socket', '/dev/zero'].map((name) =>
      readPidFile(name.startsWith('/') ? name : join(directory, name)),
    );
    server.close();
    expect(reasons).toEqual([
      { kind: 'unusable', reason: 'it is no regular file' },
      { kind: 'unusable', reason: 'it is a directory' },
      { kind: 'unusable', reason: 'it is a symbolic link' },
      { kind: 'unusable', reason: 'it is no regular file' },
      { kind: 'unusable', reason: 'it is no regular file' },
    ]);
    expect(openBelow(directory)).toEqual([]);
  });

  // Root may read everything.
  if (!isRoot) {
    it('is unusable where it may not be read', () => {
      const path = written('4321\n');
      chmodSync(path, 0);
      const reason = 'drover has no right to read it';
      expect(readPidFile(path)).toEqual({ kind: 'unusable', reason });
    });
  }
});

function written(content: string): string {
  const path = join(scratchDirectory(), 'pid');
  writeFileSync(path, content);
  return path;
}
