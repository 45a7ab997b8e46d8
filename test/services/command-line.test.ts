import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellCommand, splitCommand } from '../../src/services/command-line.ts';
import { Complaint } from '../../src/services/field.ts';

describe('a command in one line', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    ["nginx -g 'daemon off;'", ['nginx', '-g', 'daemon off;']],
    ['a "b c" d\\ e ""', ['a', 'b c', 'd e', '']],
    ['echo "a \\"b\\" \\\\ \\n"', ['echo', 'a "b" \\ \\n']],
    ["echo '$HOME' a'b'\"c\"", ['echo', '$HOME', 'abc']],
    ['curl http://x/?a=1&b=2', ['curl', 'http://x/?a=1&b=2']],
    ['  spaced\n\tout  ', ['spaced', 'out']],
  ])('splits %s', (line, words) => expect(splitCommand(line)).toEqual(words));

  it.each(['a && b', 'a | b', 'a > file', 'a 2>&1', 'a; b', 'echo $HOME', 'echo "$(x)"', 'a `b`'])(
    'refuses %s, which needs a shell',
    (line) => {
      const complaint = splitCommand(line);
      expect(complaint).toBeInstanceOf(Complaint);
      expect(complaint).toMatchObject({ suggestion: expect.stringContaining('shell: true') });
    },
  );

  it('says where a quote has no end', () => {
    expect(splitCommand('echo "abc')).toMatchObject({ message: 'has no end to its quote: "abc' });
  });

  it('gives back any words that were single-quoted', () => {
    const words = fc.array(
      fc.string().map((word) => word.replaceAll("'", '')),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (all) => {
        expect(splitCommand(all.map((word) => `'${word}'`).join(' '))).toEqual(all);
      }),
    );
  });
});

describe('a command for a shell', () => {
  it.each(['node server.js', 'echo "$HOME" > /dev/null', "sh -c 'a; b'"])(
    'lets %s take the place of the shell',
    (line) => expect(shellCommand(line)).toEqual(['/bin/sh', '-c', `exec ${line}`]),
  );

  it.each(['cd x && node a', 'A=1 node a', 'while true; do x; done', 'a | b', 'exec a', 'a\nb'])(
    'leaves %s as it is',
    (line) => expect(shellCommand(line)).toEqual(['/bin/sh', '-c', line]),
  );
});
