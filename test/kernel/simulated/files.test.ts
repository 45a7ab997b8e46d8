import { describe, expect, it } from 'vitest';
import { KernelError } from '../../../src/kernel/port.ts';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';

const JOURNAL = '/state/journal';

function world(seed = 1) {
  const kernel = new SimulatedKernel({ seed });
  kernel.files.makeDirectory('/state');
  return { kernel, files: kernel.files };
}

function codeOf(work: () => unknown): string | null {
  try {
    work();
  } catch (error) {
    return error instanceof KernelError ? error.code : 'no KernelError';
  }
  return null;
}

describe('files', () => {
  it('are appended to, read in parts, replaced and removed', () => {
    const { files } = world();
    expect(files.read(JOURNAL)).toBeNull();
    expect(files.size(JOURNAL)).toBeNull();
    files.append(JOURNAL, 'één\n');
    files.append(JOURNAL, 'two\n');
    expect(files.size(JOURNAL)).toBe(10);
    expect(Buffer.from(files.readAt(JOURNAL, 6, 3)).toString()).toBe('two');
    files.replace(JOURNAL, 'new');
    expect(files.read(JOURNAL)).toBe('new');
    files.remove(JOURNAL);
    files.remove(JOURNAL);
    expect(files.exists(JOURNAL)).toBe(false);
  });

  it('are listed, and move and go with their directory', () => {
    const { files } = world();
    files.makeDirectory('/data/new/base');
    files.append('/data/new/VERSION', '16');
    files.append('/data/new/base/1', 'x');
    files.rename('/data/new', '/data/main');
    expect(files.list('/data')).toEqual(['main']);
    expect(files.list('/data/main')).toEqual(['VERSION', 'base']);
    expect(files.read('/data/main/base/1')).toBe('x');
    expect(files.exists('/data/new/base/1')).toBe(false);
    files.remove('/data');
    expect(files.exists('/data/main/base/1')).toBe(false);
    expect(files.list('/')).toEqual(['state']);
  });

  it('are strict about what is not there, and about what is no file', () => {
    const { files } = world();
    expect(codeOf(() => files.append('/nowhere/file', 'x'))).toBe('ENOENT');
    expect(codeOf(() => files.list('/nowhere'))).toBe('ENOENT');
    expect(codeOf(() => files.rename('/nowhere', '/state/x'))).toBe('ENOENT');
    expect(codeOf(() => files.read('/state'))).toBe('EISDIR');
    files.append(JOURNAL, 'x');
    expect(codeOf(() => files.list(JOURNAL))).toBe('ENOTDIR');
    expect(codeOf(() => files.makeDirectory(JOURNAL))).toBe('EEXIST');
  });

  it('fail where a fault is, as often as it says', () => {
    const { kernel, files } = world();
    kernel.fault({ code: 'EIO', on: 'write', under: '/state', times: 2 });
    expect(codeOf(() => files.replace(JOURNAL, 'x'))).toBe('EIO');
    expect(codeOf(() => files.remove(JOURNAL))).toBe('EIO');
    expect(codeOf(() => files.replace(JOURNAL, 'x'))).toBeNull();
    kernel.fault({ code: 'EACCES', on: 'read' });
    expect(codeOf(() => files.read(JOURNAL))).toBe('EACCES');
    expect(codeOf(() => files.append(JOURNAL, 'y'))).toBeNull();
    kernel.clearFaults();
    expect(files.read(JOURNAL)).toBe('xy');
  });

  it('take the beginning of what a full disk cannot take whole', () => {
    const { kernel, files } = world();
    files.append(JOURNAL, 'first\n');
    kernel.fault({ code: 'ENOSPC', under: JOURNAL });
    for (let n = 0; n < 5; n += 1) {
      const before = files.read(JOURNAL) ?? '';
      expect(codeOf(() => files.append(JOURNAL, 'second\n'))).toBe('ENOSPC');
      const after = files.read(JOURNAL) ?? '';
      expect(after.startsWith(before)).toBe(true);
      expect('second\n'.startsWith(after.slice(before.length))).toBe(true);
    }
  });

  it('tell a watcher of several changes at once, and of every kind of change', () => {
    const { kernel, files } = world();
    let told = 0;
    const cancel = kernel.watchFile(JOURNAL, () => {
      told += 1;
    });
    files.append(JOURNAL, 'a');
    files.append(JOURNAL, 'b');
    expect(told).toBe(0);
    const tellings = [
      () => {},
      () => files.remove(JOURNAL),
      () => files.append('/state/new', 'x'),
      () => files.rename('/state/new', JOURNAL),
      cancel,
      () => files.append(JOURNAL, 'c'),
    ].map((change) => {
      change();
      kernel.clock.advance(0);
      return told;
    });
    expect(tellings).toEqual([1, 2, 2, 3, 3, 3]);
  });
});

describe('a power cut', () => {
  it('keeps what was synced or replaced, and of the rest some, all or nothing', () => {
    const kept = new Set<number>();
    for (let seed = 1; seed <= 40; seed += 1) {
      const { kernel, files } = world(seed);
      files.replace('/state/config', 'whole');
      files.append(JOURNAL, 'synced\n');
      files.syncSoon(JOURNAL, () => expect.unreachable());
      kernel.clock.advance(10);
      files.append(JOURNAL, 'lost?\n');
      kernel.cutPower();
      const text = kernel.manager().files.read(JOURNAL) ?? '';
      expect(text.startsWith('synced\n')).toBe(true);
      expect('synced\nlost?\n'.startsWith(text)).toBe(true);
      expect(kernel.files.read('/state/config')).toBe('whole');
      expect(kernel.files.size(JOURNAL)).toBe(text.length);
      kept.add(text.length - 7);
    }
    expect(kept.has(0) && kept.has(6) && kept.size > 3).toBe(true);
  });

  it('takes what a failed sync had promised', () => {
    const { kernel, files } = world();
    kernel.fault({ code: 'EIO', on: 'sync' });
    const reasons: string[] = [];
    files.append(JOURNAL, 'x');
    files.syncSoon(JOURNAL, (reason) => reasons.push(reason));
    expect(reasons).toEqual([]);
    kernel.clock.advance(10);
    expect(reasons).toEqual([`cannot sync "${JOURNAL}": EIO`]);
  });
});
