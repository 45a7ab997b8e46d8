import { describe, expect, it } from 'vitest';
import {
  Desk,
  directory,
  identity,
  path,
  running,
  spawned,
  story,
  verdict,
  wish,
} from './journal-stories.ts';

describe('a journal', () => {
  it('remembers what was wished, who runs and how often it was restarted', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    journal.close();

    const { services, manager, closed, seq } = desk.open().recovered;
    expect(services.get('db')).toMatchObject({
      wish: 'up',
      status: 'running',
      process: identity(41),
      ready: true,
      logOffset: 100,
      hash: 'h',
    });
    expect(services.get('web')).toMatchObject({
      wish: 'down',
      restarts: [1_000, 2_000],
      lastExit: { code: 1, signal: null },
    });
    expect(manager?.manager).toBe(7);
    expect(closed).toBe(false);
    expect(seq).toBe(story.length);
    expect(desk.troubles).toEqual([]);
  });

  it('begins empty, and goes on counting where the last manager ended', () => {
    const desk = new Desk();
    const first = desk.open();
    expect(first.recovered.services.size).toBe(0);
    expect(first.append(wish('a')).seq).toBe(1);
    first.append({ type: 'closed', services: 'leave' });
    first.close();
    const second = desk.open();
    expect(second.recovered.closed).toBe(true);
    expect(second.append(wish('a')).seq).toBe(3);
  });

  it('writes what comes in one turn in one piece, when that is over', () => {
    const desk = new Desk();
    const journal = desk.open();
    const before = desk.text;
    desk.kernel.clock.setTimeout(() => {
      for (const entry of story) journal.append(entry);
      expect(desk.text).toBe(before);
    }, 1);
    desk.kernel.clock.advance(1);
    expect(desk.text.split('\n').length).toBe(before.split('\n').length + story.length);
  });

  it('writes at once what somebody asks for', () => {
    const desk = new Desk();
    const journal = desk.open();
    desk.kernel.clock.setTimeout(() => {
      journal.append(wish('a'));
      expect(journal.history()).toHaveLength(1);
      journal.append(wish('b'));
      journal.commit();
      expect(desk.text).toContain('"b"');
    }, 1);
    desk.kernel.clock.advance(1);
  });

  it('gives no number twice, though a manager may have been killed before it wrote', () => {
    const desk = new Desk();
    const first = desk.open();
    first.append({ type: 'opened', manager: 7, version: '1', config: 'shop' });
    let told = 0;
    desk.kernel.clock.setTimeout(() => {
      told = first.append(wish('a')).seq;
      desk.kernel.crashManager();
    }, 1);
    desk.kernel.clock.advance(1);
    expect(desk.text).not.toContain('"wish"');
    expect(desk.open().append(wish('b')).seq).toBeGreaterThan(told);
  });

  it('takes an identity of another boot for dead, and lets its restarts go', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    const { services } = desk.open({ boot: 'boot-2' }).recovered;
    expect(services.get('db')).toMatchObject({ wish: 'up', process: null, ready: false });
    expect(services.get('db')?.status).toBe('stopped');
    expect(services.get('web')).toMatchObject({ wish: 'down', restarts: [] });
    expect(services.get('web')?.lastExit).toEqual({ code: 1, signal: null });
  });

  it('does not take an adopted process for a new run', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of [spawned('db', 41), running('db')]) journal.append(entry);
    desk.kernel.clock.advance(5_000);
    journal.append(spawned('db', 41));
    expect(desk.open().recovered.services.get('db')).toMatchObject({ ready: true, startedAt: 0 });
  });

  it('forgets a service that was removed', () => {
    const desk = new Desk();
    const journal = desk.open();
    journal.append(wish('a'));
    journal.append({ type: 'removed', service: 'a' });
    journal.compact();
    expect([...desk.open().recovered.services]).toEqual([]);
  });

  it('refuses a journal of a newer version and does not touch it', () => {
    const desk = new Desk();
    desk.open().append(wish('a'));
    const newer = desk.text.replace('"version":1', '"version":999');
    desk.text = newer;
    expect(() => desk.open()).toThrow(expect.objectContaining({ code: 'journal-too-new' }));
    expect(desk.text).toBe(newer);
    expect(desk.kernel.files.list(directory)).toHaveLength(1);
  });

  it('tells of a journal that was emptied, and of one that is gone', () => {
    const desk = new Desk();
    const journal = desk.open();
    journal.append(wish('a'));
    journal.compact();
    journal.append(wish('b'));
    desk.text = '';
    expect(desk.open().recovered.services.get('a')?.wish).toBe('up');
    expect(desk.troubles).toHaveLength(1);
    desk.kernel.files.remove(path);
    expect(desk.open().recovered.services.get('a')?.wish).toBe('up');
    expect(desk.troubles[1]).toContain('is missing');
  });
});

describe('a compaction', () => {
  it('keeps what recovery needs, in bounds, however much is written', () => {
    const desk = new Desk();
    const journal = desk.open({ maxBytes: 10_000 });
    journal.append(wish('quiet'));
    journal.append(spawned('quiet', 9));
    for (let i = 0; i < 2_000; i += 1) journal.append(verdict('busy', [i]));
    expect(desk.text.length).toBeLessThan(11_000);
    expect(desk.kernel.files.size(`${directory}/journal.1.jsonl`)).toBeLessThan(11_000);
    const { services } = desk.open().recovered;
    expect(services.get('quiet')).toMatchObject({ wish: 'up', process: identity(9) });
    expect(services.get('busy')?.restarts).toEqual([1_999]);
  });

  it('is not made at every append when the services alone need more than the bound', () => {
    const desk = new Desk();
    const journal = desk.open({ maxBytes: 1_000 });
    for (let i = 0; i < 50; i += 1) journal.append(wish(`service-${i}`));
    let rewrites = 0;
    let { length } = desk.text;
    for (let i = 0; i < 100; i += 1) {
      journal.append(running('service-1'));
      if (desk.text.length < length) rewrites += 1;
      ({ length } = desk.text);
    }
    expect(rewrites).toBeLessThan(4);
    expect(desk.open().recovered.services.size).toBe(50);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('loses nothing when the manager dies at its step %i', (step) => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    const before = desk.open().recovered.services;
    desk.kernel.crashManagerAfter(step);
    journal.compact();
    desk.kernel.crashManager();
    desk.kernel.manager();
    const { services, seq } = desk.open().recovered;
    expect(services).toEqual(before);
    expect(seq).toBe(story.length);
  });
});

describe('the history', () => {
  it('reaches back over a compaction, each record once', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    journal.compact();
    journal.append(wish('late'));
    const seqs = journal.history().map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: story.length + 1 }, (_, i) => i + 1));
  });

  it('is bounded and can be asked for by time, place, service and type', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    desk.kernel.clock.advance(1_000);
    const { wall } = journal.append(wish('late'));
    const of = (filter: Parameters<typeof journal.history>[0]) =>
      journal.history(filter).map(({ seq }) => seq);
    expect(of({ since: wall })).toEqual([11]);
    expect(of({ limit: 2 })).toEqual([10, 11]);
    expect(of({ afterSeq: 3, limit: 2 })).toEqual([4, 5]);
    expect(of({ services: ['db'] })).toEqual([2, 3, 4]);
    expect(of({ types: ['verdict'] })).toEqual([9]);
    expect(of({ limit: 0 })).toEqual([]);
  });

  it('keeps a record whose type it does not know', async () => {
    const { writeLine } = await import('../../src/runtime/journal-record.ts');
    const desk = new Desk();
    desk.open().append(wish('a'));
    const foreign = { seq: 2, at: 0, wall: 0, boot: 'boot-1', type: 'moonPhase', phase: 'full' };
    desk.kernel.files.append(path, writeLine(foreign));
    const journal = desk.open();
    expect(journal.history()).toContainEqual(foreign);
    expect(journal.append(wish('b')).seq).toBe(3);
    expect(desk.troubles).toEqual([]);
  });
});
