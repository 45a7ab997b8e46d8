import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { nodeFiles as files } from '../../src/kernel/node-files.ts';
import { KernelError } from '../../src/kernel/port.ts';
import { isRoot, openBelow, scratchDirectory } from './scratch.ts';

afterEach(() => files.close());

describe('the real file system, when it reads', () => {
  it('answers null where there is no file, also below what is no directory', () => {
    const directory = scratchDirectory();
    writeFileSync(join(directory, 'file'), 'x');
    expect(files.read(join(directory, 'none'))).toBeNull();
    expect(files.read(join(directory, 'file', 'none'))).toBeNull();
    expect(files.exists(join(directory, 'file', 'none'))).toBe(false);
    expect(files.size(join(directory, 'none'))).toBeNull();
    expect(files.size(join(directory, 'file', 'none'))).toBeNull();
  });

  it('says by errno what it cannot read', () => {
    const directory = scratchDirectory();
    expect(() => files.read(directory)).toThrow(KernelError);
    expect(codeOf(() => files.read(directory))).toBe('EISDIR');
    expect(codeOf(() => files.list(join(directory, 'none')))).toBe('ENOENT');
  });

  it('is not held up by a FIFO that nobody writes to', () => {
    const fifo = join(scratchDirectory(), 'fifo');
    spawnSync('mkfifo', [fifo]);
    expect(codeOf(() => files.read(fifo))).toBe('EINVAL');
    expect(codeOf(() => files.append(fifo, 'x'))).toBe('ENXIO');
  });

  it('takes a part from the middle, and less where the file ends', () => {
    const path = join(scratchDirectory(), 'file');
    writeFileSync(path, '0123456789');
    expect(Buffer.from(files.readAt(path, 3, 4)).toString()).toBe('3456');
    expect(Buffer.from(files.readAt(path, 8, 1e9)).toString()).toBe('89');
    expect(files.readAt(path, 99, 4)).toHaveLength(0);
    expect(files.size(path)).toBe(10);
  });

  it('takes a link that leads nowhere for something', () => {
    const path = join(scratchDirectory(), 'link');
    symlinkSync('/nowhere', path);
    expect(files.exists(path)).toBe(true);
  });
});

describe('the real file system, when it appends', () => {
  it('makes the file for us alone, whatever the umask', () => {
    const path = join(scratchDirectory(), 'journal');
    withUmask(0o777, () => files.append(path, 'one\n'));
    files.append(path, 'two\n');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(modeOf(path)).toBe(0o600);
  });

  it('keeps the file open, and no more than a few of them', () => {
    const directory = scratchDirectory();
    for (let n = 0; n < 30; n++) files.append(join(directory, `file-${n}`), 'x');
    expect(openBelow(directory).length).toBeLessThanOrEqual(8);
    files.append(join(directory, 'file-0'), 'y');
    expect(readFileSync(join(directory, 'file-0'), 'utf8')).toBe('xy');
  });

  it('never writes on into a file that was deleted, moved or replaced', () => {
    const path = join(scratchDirectory(), 'journal');
    files.append(path, 'one\n');
    rmSync(path);
    files.append(path, 'two\n');
    expect(readFileSync(path, 'utf8')).toBe('two\n');
    renameSync(path, `${path}.1`);
    files.append(path, 'three\n');
    writeFileSync(`${path}.new`, 'new\n');
    renameSync(`${path}.new`, path);
    files.append(path, 'four\n');
    expect(readFileSync(path, 'utf8')).toBe('new\nfour\n');
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('two\n');
  });

  it('says that the directory is gone, and goes on once it is back', () => {
    const directory = join(scratchDirectory(), 'state');
    const path = join(directory, 'journal');
    files.makeDirectory(directory, { mode: 0o700 });
    files.append(path, 'one\n');
    rmSync(directory, { recursive: true });
    expect(codeOf(() => files.append(path, 'two\n'))).toBe('ENOENT');
    files.makeDirectory(directory, { mode: 0o700 });
    files.append(path, 'three\n');
    expect(readFileSync(path, 'utf8')).toBe('three\n');
  });

  it('follows no link', () => {
    const directory = scratchDirectory();
    writeFileSync(join(directory, 'victim'), '');
    symlinkSync(join(directory, 'victim'), join(directory, 'journal'));
    expect(codeOf(() => files.append(join(directory, 'journal'), 'x'))).toBe('ELOOP');
    expect(readFileSync(join(directory, 'victim'), 'utf8')).toBe('');
  });

  it('writes to no device', () => {
    expect(codeOf(() => files.append('/dev/full', 'x'))).toBe('EINVAL');
  });

  it('lets go of a file that is replaced or removed, alone or with its directory', () => {
    const directory = scratchDirectory();
    for (const name of ['a', 'b', 'c/d']) {
      files.makeDirectory(join(directory, 'c'));
      files.append(join(directory, name), 'x');
    }
    files.replace(join(directory, 'a'), 'new');
    files.remove(join(directory, 'b'));
    files.remove(join(directory, 'c'));
    expect(openBelow(directory)).toEqual([]);
    files.append(join(directory, 'a'), ' and more');
    expect(files.read(join(directory, 'a'))).toBe('new and more');
  });
});

describe('the real file system, when it syncs', () => {
  it('tells of a file that is not there, once for each who asked', async () => {
    const path = join(scratchDirectory(), 'none');
    const reasons = await new Promise<string[]>((resolve) => {
      const told: string[] = [];
      const failed = (reason: string) => {
        told.push(reason);
        if (told.length === 2) resolve(told);
      };
      files.syncSoon(path, failed);
      files.syncSoon(path, failed);
    });
    expect(reasons[0]).toContain(`cannot sync ${path}`);
  });

  it('says nothing when all went well, and leaves nothing open', async () => {
    const directory = scratchDirectory();
    const path = join(directory, 'file');
    const told: string[] = [];
    files.append(path, 'x');
    for (let n = 0; n < 100; n++) files.syncSoon(path, (reason) => told.push(reason));
    files.close();
    await expect.poll(() => openBelow(directory)).toEqual([]);
    expect(told).toEqual([]);
  });
});

describe('the real file system, when it replaces and makes', () => {
  it('leaves the old content or the new, and nothing beside it', () => {
    const directory = scratchDirectory();
    const path = join(directory, 'record');
    writeFileSync(path, 'old');
    withUmask(0o077, () => files.replace(path, 'new', { mode: 0o644 }));
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe(0o644);
    expect(readdirSync(directory)).toEqual(['record']);
  });

  it('keeps the old content where the new one cannot be written', () => {
    const directory = scratchDirectory();
    mkdirSync(join(directory, 'busy', 'inside'), { recursive: true });
    expect(() => files.replace(join(directory, 'busy'), 'new')).toThrow(KernelError);
    expect(readdirSync(directory)).toEqual(['busy']);
    const owner = { user: 'no-such-user', group: null };
    expect(() => files.replace(join(directory, 'file'), 'new', { owner })).toThrow(/no-such-user/);
    expect(readdirSync(directory)).toEqual(['busy']);
  });

  it('replaces a link and not what it leads to', () => {
    const directory = scratchDirectory();
    const victim = join(directory, 'victim');
    writeFileSync(victim, 'safe');
    symlinkSync(victim, join(directory, 'record'));
    files.replace(join(directory, 'record'), 'new');
    expect(readFileSync(victim, 'utf8')).toBe('safe');
    expect(lstatSync(join(directory, 'record')).isFile()).toBe(true);
  });

  it('makes directories with their parents, whatever the umask', () => {
    const path = join(scratchDirectory(), 'a', 'b', 'c');
    withUmask(0o777, () => files.makeDirectory(path, { mode: 0o750 }));
    expect(modeOf(path)).toBe(0o750);
    expect(modeOf(join(path, '..'))).toBe(0o755);
    expect(readdirSync(join(path, '..'))).toEqual(['c']);
    files.makeDirectory(path, { mode: 0o700 });
    expect(modeOf(path)).toBe(0o750);
  });

  it('opens a directory that is there already as far as it is asked to, and closes none', () => {
    const path = join(scratchDirectory(), 'state');
    files.makeDirectory(path, { mode: 0o700 });
    files.makeDirectory(path, { mode: 0o711, opens: true });
    expect(modeOf(path)).toBe(0o711);
    files.makeDirectory(path, { mode: 0o700, opens: true });
    expect(modeOf(path)).toBe(0o711);
  });

  it('says so where something else has the name of the directory', () => {
    const path = join(scratchDirectory(), 'file');
    writeFileSync(path, '');
    expect(codeOf(() => files.makeDirectory(path))).toBe('EEXIST');
    expect(codeOf(() => files.makeDirectory(join(path, 'below')))).toBe('EEXIST');
  });

  if (isRoot) {
    it('gives what it makes to its owner, by name and with the own group', () => {
      const directory = scratchDirectory();
      const owner = { user: 'nobody', group: null };
      files.makeDirectory(join(directory, 'data'), { owner, mode: 0o700 });
      files.replace(join(directory, 'data', 'conf'), 'x', { owner, mode: 0o640 });
      for (const path of [join(directory, 'data'), join(directory, 'data', 'conf')]) {
        expect(statSync(path).uid).toBe(65_534);
        expect(statSync(path).gid).toBe(65_534);
      }
    });
  }
});

describe('the real file system, when it moves and removes', () => {
  it('removes files, links and whole directories, and minds nothing that is missing', () => {
    const directory = scratchDirectory();
    mkdirSync(join(directory, 'a', 'b'), { recursive: true });
    writeFileSync(join(directory, 'a', 'b', 'file'), '');
    mkdirSync(join(directory, 'kept'));
    symlinkSync(join(directory, 'kept'), join(directory, 'link'));
    for (const name of ['a', 'link', 'none', 'none/below']) files.remove(join(directory, name));
    expect(readdirSync(directory)).toEqual(['kept']);
  });

  it('moves a directory, and says so where there is none', () => {
    const directory = scratchDirectory();
    mkdirSync(join(directory, 'staging'));
    files.rename(join(directory, 'staging'), join(directory, 'data'));
    expect(existsSync(join(directory, 'data'))).toBe(true);
    const again = () => files.rename(join(directory, 'staging'), join(directory, 'data'));
    expect(codeOf(again)).toBe('ENOENT');
    expect(files.list(directory)).toEqual(['data']);
  });
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof KernelError ? error.code : `not a KernelError: ${error}`;
  }
  return 'nothing was thrown';
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o7777;
}

function withUmask(mask: number, run: () => void): void {
  const before = process.umask(mask);
  onTestFinished(() => void process.umask(before));
  run();
  process.umask(before);
}
