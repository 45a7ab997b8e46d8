// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../src/services/env-file.ts';
import { interpolate } from '../../src/services/interpolate.ts';

const variables = { NAME: 'web', EMPTY: '', PORT: '80' };

describe('interpolation', () => {
  it.each([
    ['${NAME}-${PORT}', 'web-80'],
    ['${MISSING:-x}', 'x'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${MISSING:-${NAME}}', 'web'],
    ['${NAME:+set}', 'set'],
    ['$$${NAME}', '$web'],
    ['$NAME costs 5$', '$NAME costs 5$'],
  ])('makes of %s', (text, result) => expect(interpolate(text, variables)).toBe(result));

  it.each([
    ['${MISSING}', 'needs the variable MISSING, which is not set'],
    ['${MISSING:?say which}', 'needs the variable MISSING: say which'],
    ['${NAME', 'has no end to "${NAME"'],
    ['${1}', 'has "${1}", which names no variable'],
    ['${NAME!}', 'has "${NAME!}", which is none of ${VAR}, ${VAR:-default} and ${VAR:?message}'],
    ['${constructor}', 'needs the variable constructor, which is not set'],
  ])('refuses %s', (text, message) =>
    expect(interpolate(text, variables)).toMatchObject({ message }),
  );
});

describe('an env file', () => {
  it('is read as compose and dotenv read it', () => {
    const content = [
      '# comment',
      'PLAIN=a b # comment',
      'export EXPORTED = x',
      'HASH=a#b',
      `SINGLE='$NAME \\n'`,
      'DOUBLE="a\\nb ${NAME} \\$x"',
      'MANY="one',
      'two"',
      'AGAIN=${PLAIN}!',
      'EMPTY=',
    ].join('\r\n');
    expect(parseEnvFile(content, variables)).toEqual({
      problems: [],
      values: {
        PLAIN: 'a b',
        EXPORTED: 'x',
        HASH: 'a#b',
        SINGLE: '$NAME \\n',
        DOUBLE: 'a\nb web $x',
        MANY: 'one\ntwo',
        AGAIN: 'a b!',
        EMPTY: '',
      },
    });
  });

  it('reports all that is wrong, with the line', () => {
    const { problems } = parseEnvFile('A=1\nnonsense\nB="x\nC=2', variables);
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [2, 'is not NAME=value'],
      [3, 'has no end to the quote of B'],
    ]);
  });
});
