/** Whatever stands in a PID file: a number that may be somebody's is read from a plain one, and nothing else is. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPidFile } from '../../src/kernel/pid-file.ts';
import { sized } from '../support/ordeal.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { mutated } from './mutations.ts';

const valid = [
  '4242\n',
  '2',
  '4194304\n',
  '4242\n/var/lib/postgresql/data\n1795644726\n5432\n/run\nlocalhost\n  1  2\nready\n',
];
const words = [
  '\n',
  '\r',
  '\0',
  ' ',
  '-',
  '+',
  '0',
  '1',
  '.',
  'e3',
  '0x',
  '_',
  '٤',
  '４',
  '9'.repeat(70),
];
const runs = sized('runs', 400, 50_000);
const seed = sized('seed', 5, 5);
const timeout = sized('minutes', 2, 60) * 60_000;

/** As the kernel counts: at most 2^22, but nobody else's limit is ours to know. */
const plain = /^[1-9][0-9]{0,15}(?:\n|$)/;

const judge = (path: string, bytes: Uint8Array): void => {
  writeFileSync(path, bytes);
  const reading = readPidFile(path);
  if (reading.kind === 'pid') {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toMatch(plain);
    expect(String(reading.pid)).toBe(text.split('\n', 1)[0]);
    expect(reading.pid).toBeGreaterThanOrEqual(2);
    expect(Number.isSafeInteger(reading.pid)).toBe(true);
  } else {
    expect(reading).toEqual({ kind: 'unusable', reason: expect.stringMatching(/^.{1,300}$/s) });
  }
};

it('a PID file that was changed is read as what stands there, or not at all', { timeout }, () => {
  const path = join(temporaryDirectory(), 'service.pid');
  const text = mutated(valid, words).map((one) => Buffer.from(one));
  const bytes = fc.oneof(
    text,
    fc.uint8Array({ maxLength: 100 }),
    fc.uint8Array({ minLength: 8_190, maxLength: 8_200 }),
  );
  fc.assert(
    fc.property(bytes, (one) => judge(path, one)),
    { numRuns: runs, seed },
  );
});
