/** The scripts that shells complete by: a shell is asked, with a drover that only knows names. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import { completeNames, flagsIn } from '../../src/cli/completion/names.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';
import { folder } from './foreign.ts';

const directory = folder({ drover: '#!/bin/sh\necho web\necho worker\n' });
chmodSync(join(directory, 'drover'), 0o755);
const env = { ...process.env, PATH: `${directory}${delimiter}${process.env['PATH']}` };
const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What bash offers for a line, with the cursor at its end. */
function bash(line: string): readonly string[] {
  const words = line.split(' ');
  const script = `${bashScript()}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_drover
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['--norc', '-c', script], { env, encoding: 'utf8' });
  return stdout.split('\n').filter((word) => word !== '');
}

it('completes verbs, flags, their values and names in bash', () => {
  expect(bash('drover sta')).toEqual(['start', 'status']);
  expect(bash('drover restart --d')).toEqual(['--dry-run']);
  expect(bash('drover restart w')).toEqual(['web', 'worker']);
  expect(bash('drover restart web wo')).toEqual(['worker']);
  expect(bash('drover -p /srv/app stop we')).toEqual(['web']);
  expect(bash('drover logs -f we')).toEqual(['web']);
  expect(bash('drover signal ')).toContain('HUP');
  expect(bash('drover signal HUP w')).toEqual(['web', 'worker']);
  expect(bash('drover export ')).toEqual(['systemd', 'procfile']);
  expect(bash('drover graph --format ')).toEqual(['ascii', 'mermaid', 'dot', 'json']);
  expect(bash('drover --js')).toEqual(['--json']);
  expect(bash('drover plan x')).toEqual([]);
});

it.runIf(has('fish'))('completes in fish', () => {
  const fish = (line: string) => {
    const script = `${fishScript()}\ncomplete -C '${line}'`;
    const { stdout } = spawnSync('fish', ['--no-config', '-c', script], { env, encoding: 'utf8' });
    return stdout
      .split('\n')
      .map((one) => one.split('\t')[0])
      .filter((word) => word !== '');
  };
  expect(fish('drover sta')).toEqual(['start', 'status']);
  expect(fish('drover restart w')).toEqual(['web', 'worker']);
  expect(fish('drover -p /tmp stop wo')).toEqual(['worker']);
  expect(fish('drover restart --dry')).toEqual(['--dry-run']);
  expect(fish('drover export ')).toEqual(['procfile', 'systemd']);
});

it.runIf(has('zsh'))('is a script that zsh understands', () => {
  const file = join(directory, '_drover');
  writeFileSync(file, zshScript());
  expect(spawnSync('zsh', ['-n', file], { encoding: 'utf8' }).stderr).toBe('');
});

it('asks the project that is named on the line', async () => {
  expect(flagsIn(['drover', '-f', 'a.yaml', 'stop', ''])).toEqual({ file: 'a.yaml' });
  expect(flagsIn(['drover', 'logs', '-f', 'web', ''])).toEqual({});
  expect(flagsIn(['drover', 'stop', '--project', '/srv', 'w'])).toEqual({ project: '/srv' });
  const project = folder({ 'drover.yaml': 'services: { a: { command: x }, b: { command: x } }' });
  expect(await completeNames(['drover', '-p', project, 'stop', ''], {})).toEqual(['a', 'b']);
});

it('says nothing where there is nothing to ask', async () => {
  expect(await completeNames(['drover', '-p', '/nowhere/at/all', 'stop', ''], {})).toEqual([]);
});
