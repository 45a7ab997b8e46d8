// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
/** What reads files that people and programs write: it never throws, and gives back what was written. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPidFile } from '../../src/kernel/pid-file.ts';
import { readLine, writeLine } from '../../src/runtime/journal-record.ts';
import { SupervisorError } from '../../src/services/errors.ts';
import { parseText } from '../../src/services/parse-text.ts';
import { ConfigError } from '../../src/services/problems.ts';
import { env, machine } from '../support/configuration.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { law, patience, texts } from './settings.ts';

describe('a PID file', patience, () => {
  const path = join(temporaryDirectory(), 'pid');
  const read = (content: string | Uint8Array) => {
    writeFileSync(path, content);
    return readPidFile(path);
  };

  it('names the pid that was written, whatever follows its line', () => {
    law(
      100,
      [fc.integer({ min: 2, max: 4_194_304 }), fc.string({ maxLength: 3_000 })],
      (pid, more) => {
        expect(read(`${pid}\n${more}`)).toEqual({ kind: 'pid', pid });
      },
    );
  });

  it('names a pid only if the first line is nothing else', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      texts('1', '0', '9', '\n', ' ', '-', '+', '.', 'e', '\0').map((text) => Buffer.from(text)),
    );
    law(400, [bytes], (content) => {
      const reading = read(content);
      if (reading.kind !== 'pid') return expect(reading.kind).toBe('unusable');
      const [line] = Buffer.from(content).toString('latin1').split('\n');
      expect(line).toBe(String(reading.pid));
      expect(reading.pid).toBeGreaterThan(1);
    });
  });
});

describe('a journal line', patience, () => {
  const words = fc.string({ unit: 'binary' });
  const stamps = {
    seq: fc.nat(),
    at: fc.double({ noNaN: true, noDefaultInfinity: true }),
    wall: fc.nat(),
    boot: words,
  };
  const lines = fc.oneof(
    fc.record({
      ...stamps,
      type: fc.constant('wish' as const),
      service: words,
      wish: fc.constantFrom('up' as const, 'down' as const),
      by: words,
    }),
    fc.record({
      ...stamps,
      type: fc.constant('progress' as const),
      service: words,
      message: words,
    }),
    fc.record({
      ...stamps,
      type: fc.constant('exited' as const),
      service: words,
      pid: fc.option(fc.nat()),
      exit: fc.record({ code: fc.option(fc.nat(255)), signal: fc.option(words) }),
      reason: words,
    }),
    fc.record({ ...stamps, type: fc.constant('degraded' as const), reason: words }),
  );
  const withoutMinusZero = (line: unknown): unknown => JSON.parse(JSON.stringify(line));

  it('is read back as it was written, on one line whatever is in it', () => {
    law(300, [lines], (line) => {
      const written = writeLine(line);
      expect(written.indexOf('\n')).toBe(written.length - 1);
      expect(readLine(written.slice(0, -1))).toEqual(withoutMinusZero(line));
    });
  });

  it('is none any more when any letter of it is another', () => {
    law(
      300,
      [lines, fc.nat(), fc.string({ minLength: 1, maxLength: 1 })],
      (line, where, letter) => {
        const written = writeLine(line).slice(0, -1);
        const at = where % written.length;
        const changed = written.slice(0, at) + letter + written.slice(at + 1);
        expect(readLine(changed) === null).toBe(changed !== written);
      },
    );
  });

  it('is a line or none, of any text and of any JSON', () => {
    law(300, [fc.oneof(texts('{', '}', '"', '0', ' ', 'type'), fc.json())], (text) => {
      const line = readLine(text);
      if (line !== null) expect(writeLine(line)).toBe(`${text}\n`);
    });
  });
});

describe('a configuration file', patience, () => {
  const pieces = [
    ...[
      'services:',
      '\n',
      '  ',
      '    ',
      'web:',
      'command:',
      ' node x',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ': ',
    ],
    ...[
      '"',
      "'",
      '#',
      '|',
      '>',
      '&a ',
      '*a',
      '!!str ',
      'groups:',
      'depends_on:',
      'name: x',
      '${X:-1}',
    ],
    ...[
      '\t',
      'restart: always',
      'stop:',
      'signal: TERM',
      'preset: redis',
      '0',
      '1s',
      'null',
      '<<:',
    ],
  ];

  it('is a project, or an error with a code and a place, of any text', () => {
    law(400, [texts(...pieces)], (content) => {
      try {
        parseText('/srv/app/drover.yaml', content, env, { isRoot: false, machine });
      } catch (error) {
        expect(error).toBeInstanceOf(SupervisorError);
        expect((error as SupervisorError).code).toMatch(/^[a-z-]+$/);
        if (!(error instanceof ConfigError)) return;
        const lines = content.split('\n').length;
        for (const { line } of error.problems)
          if (line !== null) expect(line).toBeLessThanOrEqual(lines + 1);
      }
    });
  });
});
