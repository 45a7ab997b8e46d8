/** The README's example, run as it is printed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { built } from '../support/built.ts';

it('starts two programs in order, explains one, and leaves nothing', () => {
  const printed = readFileSync(new URL('../../examples/embed.mjs', import.meta.url), 'utf8');
  const cwd = mkdtempSync(join(tmpdir(), 'embed-'));
  const example = join(cwd, 'embed.mjs');
  writeFileSync(example, printed.replace(`'drover'`, `'${built}/index.js'`));
  const said = execFileSync(process.execPath, [example], { cwd, encoding: 'utf8' })
    .trim()
    .split('\n');
  rmSync(cwd, { recursive: true });
  const states = said.map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(states).toEqual([
    'clock starting',
    'clock running',
    'greeter starting',
    'greeter running',
    'clock ready',
    'greeter ready',
    'greeter is',
    'greeter stopping',
    'greeter stopped',
    'clock stopping',
    'clock stopped',
  ]);
});
