/**
 * A journal that was cut, spliced, mixed up or had its bits flipped: it is opened, or refused
 * with a code. Whatever it still says was once written, and no byte of a file is lost to us.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJournal } from '../../src/runtime/journal-read.ts';
import { type Line, writeLine } from '../../src/runtime/journal-record.ts';
import {
  Desk,
  directory,
  path,
  running,
  spawned,
  story,
  verdict,
  wish,
} from '../runtime/journal-stories.ts';
import { sized } from '../support/ordeal.ts';
import { mutated } from './mutations.ts';

const runs = sized('runs', 300, 30_000);
const seed = sized('seed', 5, 5);
const timeout = sized('minutes', 2, 60) * 60_000;

/** Two managers' lives, compacted between them. */
function written(): { readonly current: string; readonly previous: string } {
  const desk = new Desk();
  const journal = desk.open();
  for (const entry of story) journal.append(entry);
  journal.compact();
  for (const name of ['db', 'web', 'late']) {
    for (const entry of [wish(name), spawned(name, 77), running(name), verdict(name, [3])]) {
      journal.append(entry);
    }
  }
  journal.append({ type: 'closed', services: 'stop' });
  const next = desk.open();
  next.append(wish('db', 'down'));
  return {
    current: desk.text,
    previous: desk.kernel.files.read(`${directory}/journal.1.jsonl`) ?? '',
  };
}

const { current, previous } = written();
const facts = new Set(
  [current, previous]
    .flatMap((text) => readJournal(text).lines)
    .map((line) => JSON.stringify(line)),
);
const words = [
  ...['\n', '\0', '{', '}', '"', '\u{feff}', '\ud800', '00000000 {}\n', '{"type":"journal"}\n'],
  ...[
    '{"type":"journal","version":2}\n',
    'deadbeef {"type":"wish"',
    '"__proto__":',
    '1e999',
    '\r\n',
  ],
  ...[writeLine({ type: 'journal', version: 1, seq: 3, memories: 0 })],
];
const text = mutated([current, previous, current + previous], words);

const isFact = (line: Line): boolean =>
  facts.has(JSON.stringify(line)) || words.includes(writeLine(line));

/** Everything that there is to read for a person who looks for what was lost. */
const kept = (desk: Desk): string =>
  desk.kernel.files
    .list(directory)
    .map((name) => desk.kernel.files.read(`${directory}/${name}`) ?? '')
    .join('\n');

describe('a journal that was changed', { timeout }, () => {
  it('says nothing that was not written', () => {
    const property = fc.property(text, (one) => {
      const { lines } = readJournal(one);
      expect(lines.filter((line) => !isFact(line))).toEqual([]);
    });
    fc.assert(property, { numRuns: runs, seed });
  });

  it('is opened, tells what it lost, and knows only what was once so', () => {
    const wishes = new Set(['db up', 'db down', 'web up', 'web down', 'late up']);
    const property = fc.property(text, fc.option(text), (one, other) => {
      const desk = new Desk();
      desk.text = one;
      if (other !== null) desk.kernel.files.replace(`${directory}/journal.1.jsonl`, other);
      const whole = readJournal(one);
      const opened = open(desk);
      if (opened === 'journal-too-new') {
        expect(desk.text).toBe(one);
        return;
      }
      for (const { service, wish: wished, process } of opened.recovered.services.values()) {
        if (wished !== null) expect(wishes).toContain(`${service} ${wished}`);
        if (process !== null) expect([41, 42, 77]).toContain(process.pid);
      }
      if (whole.damaged.length > 0) expect(desk.troubles.join()).toContain('damaged');
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });
    fc.assert(property, { numRuns: runs, seed });
  });

  it('loses no record of the changed file that can still be read, and sets aside what cannot', () => {
    const property = fc.property(text, (one) => {
      const desk = new Desk();
      desk.text = one;
      const { lines, damaged } = readJournal(one);
      const opened = open(desk);
      if (opened === 'journal-too-new') return;
      const now = kept(desk);
      for (const piece of damaged) expect(now).toContain(piece);
      const seen = new Set(opened.history({ limit: 1e6 }).map(({ seq }) => seq));
      for (const line of lines) if ('at' in line && 'seq' in line) expect(seen).toContain(line.seq);
    });
    fc.assert(property, { numRuns: runs, seed });
  });

  it('is the same when it is opened again, and goes on', () => {
    const property = fc.property(text, (one) => {
      const desk = new Desk();
      desk.text = one;
      const opened = open(desk);
      if (opened === 'journal-too-new') return;
      opened.append(wish('after'));
      const again = open(desk);
      if (again === 'journal-too-new') throw new Error('it is refused the second time');
      const { services } = again.recovered;
      expect(services.get('after')?.wish).toBe('up');
      for (const [name, memory] of opened.recovered.services) {
        expect(services.get(name)).toEqual(memory);
      }
      expect(desk.kernel.files.exists(path)).toBe(true);
    });
    fc.assert(property, { numRuns: runs, seed });
  });
});

function open(desk: Desk) {
  try {
    return desk.open();
  } catch (error) {
    expect(error).toMatchObject({ code: 'journal-too-new' });
    return 'journal-too-new' as const;
  }
}
