import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../../src/kernel/port.ts';
import type { Check, CommandSpec } from '../../../src/machines/vocabulary.ts';
import { scratchDirectory } from '../scratch.ts';
import { ask } from './stage.ts';

const command: CommandSpec = {
  argv: ['pg_isready', '-q'],
  cwd: '/',
  env: {},
  credentials: null,
  umask: null,
  nice: null,
  limits: {},
};
const check: Check = { kind: 'exec', command };

describe('a check by a program', () => {
  it.each<[RunOutcome, string]>([
    [{ kind: 'exited', exit: { code: 0, signal: null }, output: 'fine' }, 'passed'],
    [
      { kind: 'exited', exit: { code: 2, signal: null }, output: 'trying\nno response\n\n' },
      '"pg_isready" exited with 2: no response',
    ],
    [
      { kind: 'exited', exit: { code: null, signal: 'SIGSEGV' }, output: '' },
      '"pg_isready" was ended by SIGSEGV',
    ],
    [{ kind: 'timed-out', output: '' }, '"pg_isready" did not end within 2000 ms'],
    [
      { kind: 'not-spawned', problem: 'missing-binary', reason: 'there is no pg_isready' },
      '"pg_isready" was not started: there is no pg_isready',
    ],
  ])('takes %j for what it is', async (outcome, expected) => {
    const answer = await ask(
      check,
      {},
      {
        run: (_command, options, done) => {
          expect(options).toEqual({ lifeline: null, output: null, timeoutMs: 2_000 });
          done(outcome);
          return () => {};
        },
      },
    );
    expect(answer).toBe(expected);
  });
});

describe('a check of a file', () => {
  it('passes where there is anything', async () => {
    const path = join(scratchDirectory(), 'file');
    expect(await ask({ kind: 'file', path })).toBe(`there is no ${path}`);
    writeFileSync(path, '');
    expect(await ask({ kind: 'file', path })).toBe('passed');
    expect(await ask({ kind: 'file', path: `${path}/below` })).toBe(`there is no ${path}/below`);
  });
});
