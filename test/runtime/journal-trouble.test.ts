import { describe, expect, it } from 'vitest';
import { Desk, directory, path, running, story, verdict, wish } from './journal-stories.ts';

describe.each(['ENOSPC', 'EIO', 'EROFS'] as const)('a disk that answers %s', (code) => {
  it('is told once, costs no append, and is healed from by itself', () => {
    const desk = new Desk();
    const journal = desk.open();
    journal.append(wish('a'));
    desk.fault({ code, on: 'write' });
    for (let i = 0; i < 2_000; i += 1) journal.append(verdict('a', [i]));
    journal.append(wish('b', 'down'));
    expect(journal.degraded).toContain(code);
    expect(desk.troubles).toHaveLength(1);
    desk.kernel.clearFaults();
    desk.kernel.clock.advance(1_500);
    expect(journal.degraded).toBeNull();
    expect(desk.healed).toBe(1);
    const { services } = desk.open().recovered;
    expect(services.get('a')).toMatchObject({ wish: 'up', restarts: [1_999] });
    expect(services.get('b')?.wish).toBe('down');
  });

  it('is healed from at the next append that works', () => {
    const desk = new Desk();
    const journal = desk.open();
    desk.fault({ code, on: 'write' });
    journal.append(wish('a'));
    desk.kernel.clearFaults();
    journal.append(wish('b'));
    expect(journal.degraded).toBeNull();
    expect([...desk.open().recovered.services.keys()]).toEqual(['a', 'b']);
    expect(desk.troubles).toHaveLength(1);
  });

  it.each([0, 1, 2, 3, 4])('loses nothing when a compaction fails after %i writes', (writes) => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    const { services } = desk.open().recovered;
    failAfter(desk, code, writes);
    journal.compact();
    desk.kernel.clearFaults();
    expect(desk.open().recovered.services).toEqual(services);
  });
});

/** Faults count hits, so writes before the first failing one are let through by hand. */
function failAfter(desk: Desk, code: 'ENOSPC' | 'EIO' | 'EROFS', writes: number): void {
  const { files } = desk.kernel;
  let left = writes;
  for (const name of ['replace', 'rename'] as const) {
    const real = files[name].bind(files) as (...parts: unknown[]) => void;
    Object.assign(files, {
      [name]: (...parts: unknown[]) => {
        left -= 1;
        if (left < 0) throw Object.assign(new Error(code), { code });
        real(...parts);
      },
    });
  }
}

describe('a state directory', () => {
  it('that is deleted is made again, with all that was known', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    const { services } = desk.open().recovered;
    desk.kernel.files.remove(directory);
    journal.append(running('db'));
    expect(journal.degraded).toBeNull();
    expect(desk.healed).toBe(1);
    expect(desk.open().recovered.services.size).toBe(services.size);
    expect(desk.open().recovered.services.get('web')?.restarts).toEqual([1_000, 2_000]);
  });

  it('that has lost its journal gets it back', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    desk.kernel.clock.advance(2_000);
    desk.kernel.files.remove(path);
    journal.append(running('db'));
    expect(desk.troubles).toEqual([expect.stringContaining('somebody else')]);
    expect(desk.open().recovered.services.get('web')?.wish).toBe('down');
  });
});

describe('a sync that fails', () => {
  it('is told, and the journal is written anew', () => {
    const desk = new Desk();
    const journal = desk.open();
    desk.fault({ code: 'EIO', on: 'sync', times: 1 });
    journal.append(wish('a'));
    desk.kernel.clock.advance(500);
    expect(journal.degraded).toContain('EIO');
    desk.kernel.clock.advance(2_000);
    expect(journal.degraded).toBeNull();
  });

  it('is asked for what a power cut must not undo, and for nothing else', () => {
    const desk = new Desk();
    const asked: string[] = [];
    const { files } = desk.kernel;
    const append = files.append.bind(files);
    let last = '';
    files.append = (where, text) => {
      last = /"type":"(\w+)"/.exec(text)?.[1] ?? '';
      append(where, text);
    };
    files.syncSoon = () => asked.push(last);
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    expect([...new Set(asked)].sort()).toEqual(['opened', 'verdict', 'wish']);
  });
});
