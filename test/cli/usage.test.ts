/** What is said of a command line that nobody understands. */
import { expect, it, vi } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { createProgram } from '../../src/cli/program.ts';
import { SupervisorError } from '../../src/services/errors.ts';

/** What it says, and what to do about it. */
async function refusal(...words: readonly string[]): Promise<readonly [string, string | null]> {
  try {
    await createProgram().parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    expect(exitCodeOf(error)).toBe(2);
    return [error.message, error.hint];
  }
  throw new Error('nobody complained');
}

it('names the verb that was perhaps meant, also where help is asked for', async () => {
  const stauts = ['there is no verb "stauts"', 'did you mean "status"?'];
  expect(await refusal('stauts')).toEqual(stauts);
  expect(await refusal('help', 'stauts')).toEqual(stauts);
  expect(await refusal('help', 'stauts', '--json')).toEqual(stauts);
  const nope = ['there is no verb "nope"', '`drover help` lists them'];
  expect(await refusal('nope')).toEqual(nope);
  expect(await refusal('help', 'nope')).toEqual(nope);
});

it('names the flag, the action or the shell that was perhaps meant', async () => {
  expect(await refusal('status', '--jsn')).toEqual([
    'unknown option "--jsn"',
    'did you mean "--json"?',
  ]);
  expect(await refusal('daemon', 'stpo')).toEqual([
    'cannot stpo the daemon: there is no such action',
    'did you mean "stop"?',
  ]);
  expect(await refusal('completion', 'tcsh')).toEqual([
    'cannot complete for "tcsh"',
    'there are bash, zsh and fish',
  ]);
  // Whatever the folder has: the word is wrong in every one.
  expect(await refusal('export', 'systemdd')).toEqual([
    'cannot export to "systemdd"',
    'did you mean "systemd"?',
  ]);
});

it('says how a verb is written where words are missing or too many', async () => {
  expect(await refusal('import')).toEqual([
    'missing required argument "file"',
    'write drover import [options] <file>; see `drover help import`',
  ]);
  const [what, hint] = await refusal('down', 'web');
  expect(what).toMatch(/^too many arguments/);
  expect(hint).toContain('see `drover help down`');
});

it('prints the help of a verb by each of its names, and the list without one', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const printed = async (...words: readonly string[]): Promise<string> => {
    write.mockClear();
    await createProgram().parseAsync(words, { from: 'user' });
    return write.mock.calls.join('');
  };
  try {
    expect(await printed('help', 'ps')).toMatch(/^Usage: drover status/);
    expect(await printed('help', 'help')).toMatch(/^Usage: drover help/);
    expect(await printed('help')).toContain('what a verb takes');
    expect(process.exitCode).toBe(0);
  } finally {
    write.mockRestore();
    process.exitCode = undefined;
  }
});

it('does not start a manager where the configuration does not say', async () => {
  expect(await refusal('up', '-d', '--state-dir', '/srv/other')).toEqual([
    'cannot start it with --state-dir: that names a manager which runs already',
    'write state_dir: /srv/other into the configuration',
  ]);
  expect((await refusal('up', '--socket', '/srv/one.sock'))[0]).toContain('--socket');
  expect((await refusal('daemon', 'install', '--state-dir', '/srv/other'))[0]).toContain('names a');
});
