import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../../src/runtime/journal-read.ts';
import { Desk, directory, identity, story, wish } from './journal-stories.ts';

function written(): string {
  const desk = new Desk();
  const journal = desk.open();
  for (const entry of story) journal.append(entry);
  journal.compact();
  journal.append(wish('late'));
  return desk.text;
}

describe('a journal that was cut off', () => {
  it('recovers what stands before the cut, at every byte', () => {
    const whole = written();
    for (let length = 0; length <= whole.length; length += 1) {
      const desk = new Desk();
      desk.text = whole.slice(0, length);
      const before = readJournal(whole.slice(0, length));
      const journal = desk.open();
      const { services } = journal.recovered;
      // The memories of both services stand first; without them all it says so.
      if (!before.complete) expect(desk.troubles, `cut at ${length}`).not.toEqual([]);
      else {
        expect(services.get('db'), `cut at ${length}`).toMatchObject({ process: identity(41) });
        expect(services.get('web')).toMatchObject({ wish: 'down', restarts: [1_000, 2_000] });
      }
      journal.append(wish('after'));
      expect(desk.open().recovered.services.get('after')?.wish).toBe('up');
    }
  });

  it('has its previous generation to fall back on', () => {
    const desk = new Desk();
    const journal = desk.open();
    for (const entry of story) journal.append(entry);
    journal.compact();
    const { services } = desk.open().recovered;
    const whole = desk.text;
    const previous = desk.kernel.files.read(`${directory}/journal.1.jsonl`) ?? '';
    for (let length = 0; length < whole.length; length += 7) {
      desk.text = whole.slice(0, length);
      desk.kernel.files.replace(`${directory}/journal.1.jsonl`, previous);
      expect(desk.open().recovered.services, `cut at ${length}`).toEqual(services);
    }
  });

  it('does not spoil the next line with a torn one', () => {
    const desk = new Desk();
    desk.text = `${written()}0badc0de {"seq":99,"ty`;
    const journal = desk.open();
    journal.append(wish('next'));
    const again = desk.open();
    expect(again.recovered.services.get('next')?.wish).toBe('up');
    expect(again.recovered.services.get('late')?.wish).toBe('up');
    expect(desk.troubles).toEqual([]);
  });
});

describe('a journal with a flipped bit', () => {
  it('loses no other record, and says what it lost', () => {
    const bytes = Buffer.from(written());
    const whole = readJournal(bytes.toString()).lines;
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { lines, damaged, torn } = readJournal(flipped.toString('utf8'));
      const lost = whole.length - lines.length;
      if (lost > 1) throw new Error(`bit ${bit} lost ${lost} lines`);
      if (lost === 1 && damaged.length === 0 && !torn) throw new Error(`bit ${bit} was not told`);
    }
  });

  it('keeps the damaged line aside, tells of it, and goes on', () => {
    const desk = new Desk();
    const text = written();
    desk.text = text.replace('"late"', '"lute"');
    const journal = desk.open();
    expect(journal.recovered.services.get('db')?.wish).toBe('up');
    expect(journal.recovered.services.has('lute')).toBe(false);
    expect(desk.troubles).toEqual([expect.stringContaining('damaged in 1 place')]);
    expect(desk.kernel.files.read(`${directory}/journal.damaged-1`)).toContain('lute');
    desk.troubles.length = 0;
    desk.open();
    expect(desk.troubles).toEqual([]);
  });

  it('keeps only so much of what is damaged', () => {
    const desk = new Desk();
    for (let i = 0; i < 12; i += 1) {
      desk.text = `${written()}nonsense\n`;
      desk.open();
    }
    const aside = desk.kernel.files.list(directory).filter((name) => name.includes('damaged'));
    expect(aside).toHaveLength(5);
  });
});

describe('a journal of anything at all', () => {
  it('opens, can be appended to, and throws for nothing', () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(...written().split('\n')),
      fc.constantFrom('[]', '{"type":"journal"}', '00000000 {}'),
    );
    fc.assert(
      fc.property(fc.array(line), (parts) => {
        const desk = new Desk();
        desk.text = parts.join('\n');
        const journal = desk.open();
        journal.append(wish('after'));
        expect(desk.open().recovered.services.get('after')?.wish).toBe('up');
      }),
      { numRuns: 200 },
    );
  });
});
