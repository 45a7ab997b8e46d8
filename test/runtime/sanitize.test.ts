import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plain, sanitize } from '../../src/runtime/sanitize.ts';

const ESC = '\u001b';

describe('a line for a terminal', () => {
  it.each([
    ['plain text, ünïcode and \t tabs', 'plain text, ünïcode and \t tabs'],
    [`${ESC}[1;31mred${ESC}[0m`, `${ESC}[1;31mred${ESC}[0m`],
    [`${ESC}[38:2::1:2:3mtrue${ESC}[m`, `${ESC}[38:2::1:2:3mtrue${ESC}[m`],
    [`\u009b31mred`, `${ESC}[31mred`],
    [`${ESC}[2J${ESC}[10;10Hgone`, 'gone'],
    [`${ESC}]0;title\u0007text`, 'text'],
    [`${ESC}]8;;http://evil${ESC}\\link${ESC}]8;;${ESC}\\`, 'link'],
    [`${ESC}]52;c;cGF5bG9hZA==\u0007ok`, 'ok'],
    [`${ESC}P+q544e${ESC}\\ok`, 'ok'],
    [`\u009d0;title\u009cok`, 'ok'],
    [`${ESC}_apc${ESC}\\${ESC}^pm${ESC}\\${ESC}Xsos${ESC}\\ok`, 'ok'],
    [`${ESC}]0;unfinished`, ''],
    [`${ESC}]0;broken off${ESC}[31mred`, `${ESC}[31mred`],
    [`${ESC}[>4;2m${ESC}[?25lx`, 'x'],
    [`${ESC}c${ESC}(0${ESC}7x`, 'x'],
    ['forged\r\nline\u0008\u0000\u007f', 'forgedline'],
    [`user\u202etxt.exe`, 'usertxt.exe'],
    [`${ESC}`, ''],
  ])('shows %j as %j', (text, shown) => {
    expect(sanitize(text)).toBe(shown);
  });

  it('never holds anything but characters and colours, and is stable', () => {
    const evil = fc.array(
      fc.oneof(
        fc.constantFrom(
          ESC,
          '[',
          ']',
          'P',
          '\u0007',
          '\u009b',
          '\u009d',
          'm',
          ';',
          '\\',
          '\n',
          '3',
        ),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(evil, (parts) => {
        const shown = sanitize(parts.join(''));
        expect(sanitize(shown)).toBe(shown);
        const rest = shown
          .split(ESC)
          .map((part, i) => (i === 0 ? part : part.replace(/^\[[0-9;:]*m/, '')));
        for (const part of rest) expect(/^[\t -~\u00a0-\uffff]*$/.test(part)).toBe(true);
        expect(plain(shown)).not.toContain(ESC);
      }),
    );
  });
});
