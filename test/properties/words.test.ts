// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
/** What reads the words of a configuration: it never throws, and gives back what was written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { age } from '../../src/cli/render/units.ts';
import { shellCommand, splitCommand } from '../../src/services/command-line.ts';
import { parseDuration } from '../../src/services/durations.ts';
import { parseEnvFile } from '../../src/services/env-file.ts';
import { Complaint } from '../../src/services/field.ts';
import { interpolate } from '../../src/services/interpolate.ts';
import { parseSignal, signals } from '../../src/services/signals.ts';
import { parseSize } from '../../src/services/sizes.ts';
import { law, patience, texts } from './settings.ts';

describe('a duration', patience, () => {
  const parts = fc.array(
    fc.tuple(
      fc.nat(999),
      fc.constantFrom(['ms', 1], ['s', 1e3], ['m', 6e4], ['h', 36e5], ['d', 864e5]),
    ),
    { minLength: 1, maxLength: 4 },
  );

  it('is the sum of its parts, in whatever order and with whatever blanks around', () => {
    law(200, [parts, fc.constantFrom('', ' ', '\n')], (all, blank) => {
      const text = all.map(([amount, [unit]]) => `${amount}${unit}`).join('');
      const sum = all.reduce((ms, [amount, [, size]]) => ms + amount * Number(size), 0);
      expect(parseDuration(`${blank}${text}${blank}`)).toBe(sum);
      expect(
        parseDuration(
          [...all]
            .reverse()
            .map(([a, [u]]) => `${a}${u}`)
            .join(''),
        ),
      ).toBe(sum);
    });
  });

  it('is read back as it is shown, as far as two units go', () => {
    law(200, [fc.nat(4_000_000)], (seconds) => {
      const shown = parseDuration(age(seconds * 1_000));
      expect(age(shown ?? -1)).toBe(age(seconds * 1_000));
      expect(shown).toBeLessThanOrEqual(seconds * 1_000);
    });
  });

  it('is a whole number below a hundred years, or none', () => {
    law(
      600,
      [texts('1', '0', '.', '5', 'ms', 's', 'm', 'h', 'd', '-', ' ', 'e', '99999999')],
      (text) => {
        const ms = parseDuration(text);
        if (ms === null) return;
        expect(Number.isSafeInteger(ms) && ms >= 0 && ms <= 36_525 * 864e5).toBe(true);
        expect(text.trim()).toMatch(/^[\d.a-z]+$/);
      },
    );
  });
});

describe('a size', patience, () => {
  it('is its amount times its unit, however that is spelt', () => {
    const units = fc.constantFrom(
      ['', 1],
      ['kB', 1e3],
      ['KiB', 1024],
      ['m', 1024 ** 2],
      ['GB', 1e9],
      ['gib', 1024 ** 3],
    );
    law(200, [fc.nat(9_999), units, fc.constantFrom('', ' ')], (amount, [unit, size], blank) => {
      expect(parseSize(`${amount}${blank}${unit}`)).toBe(amount * Number(size));
    });
  });

  it('is a whole number, or none', () => {
    law(600, [texts('1', '0', '.', '9999999', 'k', 'K', 'M', 'g', 'i', 'B', ' ', '-')], (text) => {
      const bytes = parseSize(text);
      if (bytes !== null) expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
    });
  });
});

describe('a signal', patience, () => {
  it('has the same name with and without SIG, in capitals or not', () => {
    const spelt = fc.tuple(fc.constantFrom(...signals), fc.boolean(), fc.boolean());
    law(100, [spelt], ([signal, short, small]) => {
      const name = short ? signal.slice(3) : signal;
      expect(parseSignal(small ? name.toLowerCase() : name)).toBe(signal);
    });
  });

  it('is one of ours, or none', () => {
    law(300, [texts('SIG', 'TERM', 'KILL', 'sig', ' ', '9')], (text) => {
      const signal = parseSignal(text);
      if (signal !== null) expect(signals).toContain(signal);
    });
  });
});

describe('a command in one line', patience, () => {
  const words = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom('$HOME', 'a b', '`x`', '&&', '"', "'", '\\', '', ';', '$(x)'),
    ),
    { minLength: 1, maxLength: 6 },
  );
  const single = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const double = (word: string): string => `"${word.replace(/(["\\$`])/g, '\\$1')}"`;
  const escaped = (word: string): string =>
    word === '' ? "''" : word.replace(/[\s\S]/gu, (letter) => `\\${letter}`);

  it('gives back any words, however they were quoted', () => {
    law(300, [words, fc.infiniteStream(fc.constantFrom(single, double))], (all, quotes) => {
      const line = all.map((word) => quotes.next().value?.(word)).join(' ');
      expect(splitCommand(line)).toEqual(all);
    });
  });

  it('gives back words whose every letter was escaped', () => {
    const plain = fc.array(fc.string({ unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 5 });
    law(200, [plain], (all) => expect(splitCommand(all.map(escaped).join(' '))).toEqual(all));
  });

  it('is words or a complaint, and for a shell always one line', () => {
    law(
      600,
      [texts('a', ' ', '"', "'", '\\', '$', '`', '&', '|', ';', '>', '2>&1', '\n')],
      (text) => {
        const split = splitCommand(text);
        if (!(split instanceof Complaint)) expect(split.length).toBeGreaterThan(0);
        expect(shellCommand(text).slice(0, 2)).toEqual(['/bin/sh', '-c']);
      },
    );
  });
});

describe('variables in a text', patience, () => {
  const names = fc.constantFrom('A', 'B_1', 'LONG_NAME');
  const values = fc.dictionary(names, fc.string(), { maxKeys: 3 });

  it('are put in as they stand, and never read again', () => {
    law(200, [fc.array(names, { maxLength: 5 }), fc.string()], (all, value) => {
      const variables = { A: value, B_1: value, LONG_NAME: value };
      const text = all.map((name) => `\${${name}}`).join('-');
      expect(interpolate(text, variables)).toBe(all.map(() => value).join('-'));
    });
  });

  it('leave a text alone whose dollars are doubled', () => {
    law(300, [texts('$', '{', '}', 'A', ':-')], (text) => {
      expect(interpolate(text.replaceAll('$', '$$$$'), { A: 'x' })).toBe(text);
    });
  });

  it('make a text or a complaint of anything', () => {
    const any = texts('$', '${', '}', 'A', 'B_1', ':-', ':?', '-', '+', '$$', '__proto__');
    law(600, [any, values], (text, variables) => {
      const made = interpolate(text, variables);
      expect(typeof made === 'string' || made instanceof Complaint).toBe(true);
    });
  });
});

describe('an env file', patience, () => {
  const names = fc
    .stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/)
    .filter((name) => name !== '__proto__');
  const files = fc.dictionary(
    names,
    fc.string().map((text) => text.replaceAll('\r', '')),
    {
      maxKeys: 5,
      noNullPrototype: true,
    },
  );
  const quoted = (value: string): string =>
    `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '\\$').replaceAll('\n', '\\n')}"`;

  it('gives back any values that were quoted', () => {
    law(300, [files], (values) => {
      const content = Object.entries(values)
        .map(([name, value]) => `${name}=${quoted(value)}\n`)
        .join('# between\n\n');
      expect(parseEnvFile(content, {})).toEqual({ values, problems: [] });
    });
  });

  it('reads anything to its end, and each problem has a line of the file', () => {
    law(
      600,
      [texts('A', '=', '"', "'", '\n', '#', 'export ', '${A}', '$', '\\', '\r\n')],
      (content) => {
        const { problems } = parseEnvFile(content, { B: 'x' });
        const lines = content.split(/\r\n?|\n/).length;
        for (const { line } of problems) expect(line >= 1 && line <= lines).toBe(true);
      },
    );
  });
});
