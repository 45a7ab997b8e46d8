import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineCutter, maxLineBytes } from '../../src/runtime/log-lines.ts';

function cutIn(bytes: Buffer, sizes: readonly number[]) {
  const cutter = new LineCutter();
  const lines = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    lines.push(...cutter.cut(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...lines, ...cutter.finish()];
}

describe('bytes that are cut into lines', () => {
  it('give the same lines, wherever a chunk ends', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    const text = fc.array(fc.string({ unit: 'binary' }).map((line) => line.replaceAll('\n', ' ')));
    fc.assert(
      fc.property(text, sizes, (lines, chunks) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const expected = lines.map((line) => Buffer.from(line).toString('utf8'));
        expect(cutIn(bytes, chunks).map(({ text }) => text)).toEqual(expected);
      }),
    );
  });

  it('become U+FFFD where they are no UTF-8, and NUL stays NUL', () => {
    const [line] = cutIn(Buffer.from([0x61, 0xff, 0x00, 0x62]), [1]);
    expect(line).toMatchObject({ text: 'a\ufffd\u0000b', truncated: false });
  });

  it('are cut off at a bound, between two characters, and go on at the next line', () => {
    const long = Buffer.from(`${'é'.repeat(maxLineBytes)}\nshort\n`);
    const [first, second] = cutIn(Buffer.concat([Buffer.from('x'), long]), [1_000]);
    expect(first?.truncated).toBe(true);
    expect(first?.text).toBe(`x${'é'.repeat(maxLineBytes / 2 - 1)}`);
    expect(second).toMatchObject({ text: 'short', truncated: false });
  });

  it('are not held beyond that bound', () => {
    const cutter = new LineCutter();
    const chunk = Buffer.alloc(1024 * 1024, 0x79);
    for (let i = 0; i < 100; i += 1) cutter.cut(chunk);
    expect(cutter.pending).toBe(maxLineBytes);
  });
});
