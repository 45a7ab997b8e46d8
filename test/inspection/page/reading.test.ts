/** What comes in as text: server-sent events, lines with escapes, addresses. */
import { describe, expect, it } from 'vitest';
import { piecesOf, textOf } from '../../../inspector/model/ansi.ts';
import { readLink, writeLink } from '../../../inspector/model/link.ts';
import { EventParser } from '../../../inspector/model/sse.ts';

describe('the parser of server-sent events', () => {
  const text = ': hello\n\nevent: records\nid: 7\ndata: {"a":1,\ndata: "b":2}\n\ndata:x\r\n\r\n';
  const events = [
    { event: 'records', data: '{"a":1,\n"b":2}', id: '7' },
    { event: 'message', data: 'x', id: '7' },
  ];

  it('gives whole events', () => {
    expect(new EventParser().push(text)).toEqual(events);
  });

  it('gives the same however the text is cut', () => {
    for (let size = 1; size < text.length; size += 1) {
      const parser = new EventParser();
      const got = [];
      for (let i = 0; i < text.length; i += size) got.push(...parser.push(text.slice(i, i + size)));
      expect(got).toEqual(events);
    }
  });

  it('gives nothing of one that is not whole yet', () => {
    expect(new EventParser().push('event: end\ndata: {}\n')).toEqual([]);
  });
});

describe('a line of a log', () => {
  const styles = (line: string) => piecesOf(line).map(({ text, style }) => [text, style]);

  it('is one piece where nothing is coloured', () => {
    expect(styles('plain <b>text</b>')).toEqual([['plain <b>text</b>', '']]);
  });

  it('shows colours and weights until they are reset', () => {
    expect(styles('a\x1b[1;31mb\x1b[22mc\x1b[0md\x1b[92me\x1b[39mf')).toEqual([
      ['a', ''],
      ['b', 'sgr-bold sgr-fg-1'],
      ['c', 'sgr-fg-1'],
      ['d', ''],
      ['e', 'sgr-fg-10'],
      ['f', ''],
    ]);
  });

  it('shows the 256 and all other colours', () => {
    const [, a, b, c] = piecesOf('x\x1b[38;5;196ma\x1b[48;2;1;2;3mb\x1b[38;5;3mc');
    expect([a?.colour, b?.colour, b?.background]).toEqual(['#ff0000', '#ff0000', '#010203']);
    expect([c?.colour, c?.style]).toEqual([null, 'sgr-fg-3']);
  });

  it('cannot be given a colour that is none', () => {
    for (const line of ['\x1b[38;2;999;-1;xm!', '\x1b[38;5;9999m!', '\x1b[38m!', '\x1b[38;2m!']) {
      for (const { colour } of piecesOf(line))
        expect(colour ?? '#000000').toMatch(/^#[0-9a-f]{6}$/);
    }
  });

  it.each([
    ['a title', '\x1b]0;owned\x07text'],
    ['a link', '\x1b]8;;javascript:alert(1)\x1b\\text\x1b]8;;\x1b\\'],
    ['a title that never ends', 'text\x1b]0;owned'],
    ['moving the cursor', '\x1b[2J\x1b[1;1Htext\x1b[K'],
    ['a device control string', '\x1bP1$tx\x1b\\text'],
    ['eight-bit escapes', '\x9b31mtext\x9d0;x\x9c'],
    ['other controls', 'te\x00\x08xt\x7f'],
    ['a lonely escape', 'text\x1b'],
  ])('leaves out %s', (_, line) => {
    expect(textOf(line)).toBe('text');
    expect(
      piecesOf(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe('text');
  });

  it('keeps tabs and whatever people write', () => {
    expect(textOf('a\tb ä 漢 🙂')).toBe('a\tb ä 漢 🙂');
  });
});

describe('a deep link', () => {
  it('comes back as it was written', () => {
    for (const place of [
      { view: 'logs', actor: 'web', at: 1_795_626_103_723.5 },
      { view: 'chart', actor: null, at: null },
      { view: 'sequence', actor: 'root/a b/x', at: null },
    ] as const) {
      expect(readLink(writeLink(place))).toEqual({ ...place, token: null });
    }
  });

  it('can be read by people', () => {
    expect(writeLink({ view: 'logs', actor: 'root/job', at: 12.5 })).toBe(
      '#actor=root/job&at=12.5&view=logs',
    );
  });

  it('names no moment before the one that it was made at', () => {
    const at = 1_795_626_454_045.3933;
    const link = writeLink({ view: 'chart', actor: null, at });
    expect(readLink(link).at).toBeGreaterThanOrEqual(at);
    expect((readLink(link).at ?? 0) - at).toBeLessThan(0.002);
  });

  it('takes what makes no sense for nothing', () => {
    expect(readLink('#view=nowhere&at=then')).toEqual({
      view: 'chart',
      actor: null,
      at: null,
      token: null,
    });
  });

  it('never writes the token', () => {
    const { token, ...place } = readLink('#token=secret&service=web');
    expect(token).toBe('secret');
    expect(writeLink(place)).toBe('#service=web');
  });
});
