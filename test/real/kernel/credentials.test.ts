import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../src/machines/vocabulary.ts';
import { command, here, launcherUses, shell, start, until, useWorld } from './support.ts';

/** The line of /proc/<pid>/status in which real, effective, saved and file system ids stand. */
const ids = (id: number) => [id, id, id, id].join('\t');

const lineOf = (path: string, key: string): string =>
  new RegExp(`^${key}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? '';

const field = (database: string, name: string, index: number): number =>
  Number(
    readFileSync(`/etc/${database}`, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find((fields) => fields[0] === name)?.[index],
  );

const nobody = field('passwd', 'nobody', 2);
const nogroup = field('passwd', 'nobody', 3);

const startAs = (credentials: Credentials, limits = {}) =>
  start({ ...shell('exec sleep 60'), cwd: '/', credentials, limits });

const isRoot = process.getuid?.() === 0;
const stories = describe.runIf(isRoot).each(launcherUses);

stories('a program that runs as another user (launcher: %s)', (launcher) => {
  useWorld({ launcher });

  it('has the group of the account, and none of root', async () => {
    for (const user of ['nobody', nobody, String(nobody)]) {
      const { main } = await startAs({ user, group: null });
      const status = `/proc/${main.pid}/status`;
      expect(lineOf(status, 'Uid')).toBe(ids(nobody));
      expect(lineOf(status, 'Gid')).toBe(ids(nogroup));
      expect(lineOf(status, 'Groups')).toBe('');
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) {
        expect(lineOf(status, set)).toMatch(/^0+$/);
      }
    }
  });

  it('is no longer root in anything it opens, and still was where it was put', async () => {
    mkdirSync(here().path('closed'), { mode: 0o700 });
    const { exited, log } = await start({
      ...shell('cat /etc/shadow || echo refused; touch here || echo refused'),
      cwd: here().path('closed'),
      credentials: { user: 'nobody', group: null },
    });
    await exited;
    expect(
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line === 'refused'),
    ).toEqual(['refused', 'refused']);
    expect(readdirSync(here().path('closed'))).toEqual([]);
  });

  it('has the group that was named instead', async () => {
    const daemon = field('group', 'daemon', 2);
    for (const group of ['daemon', daemon]) {
      const { main } = await startAs({ user: 'nobody', group });
      expect(lineOf(`/proc/${main.pid}/status`, 'Gid')).toBe(ids(daemon));
    }
  });

  it('has all groups that list it, as a login would give it', async () => {
    const member = accountWithFurtherGroups();
    const { main } = await startAs({ user: member.name, group: null });
    const status = `/proc/${main.pid}/status`;
    await until(() => lineOf(status, 'Uid') === ids(field('passwd', member.name, 2)));
    expect(lineOf(status, 'Gid')).toBe(ids(field('passwd', member.name, 3)));
    expect(lineOf(status, 'Groups').split(' ').map(Number)).toEqual(
      expect.arrayContaining([...member.groups]),
    );
    // The same process from the first moment: setpriv ends in exec.
    expect(here().kernel.identify(main.pid)).toEqual(main);
  });

  it('has its limits as well', async () => {
    const { main } = await startAs(
      { user: 'nobody', group: null },
      { nofile: { soft: '100', hard: '200' } },
    );
    await until(() => lineOf(`/proc/${main.pid}/status`, 'Uid') === ids(nobody));
    expect(lineOf(`/proc/${main.pid}/status`, 'Groups')).toBe('');
    expect(readFileSync(`/proc/${main.pid}/limits`, 'utf8')).toMatch(/Max open files\s+100\s+200/);
  });

  it('owns its log, and so can open it again by /dev/stderr', async () => {
    const { exited, log } = await start({
      ...shell('echo again >/dev/stderr'),
      cwd: '/',
      credentials: { user: 'nobody', group: null },
    });
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(statSync(log)).toMatchObject({ uid: nobody, gid: nogroup });
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(statSync(here().path('service.life')).uid).toBe(0);
    expect(readFileSync(log, 'utf8')).toBe('again\n');
  });

  it('is not given what is no log of its own', async () => {
    symlinkSync('/etc/passwd', here().path('link'));
    const into = (output: string) =>
      new Promise((resolve) => {
        const credentials = { user: 'nobody', group: null };
        here().kernel.spawn(
          {
            command: { ...command('true'), cwd: '/', credentials },
            lifeline: here().path('life'),
            output,
            notifySocket: null,
          },
          {
            spawned() {},
            failed: (problem) => resolve(problem),
            exited: ({ code }) => resolve(code),
            notified() {},
          },
        );
      });
    expect(await into('/dev/null')).toBe(0);
    expect(await into(here().path('link'))).toBe('log-not-writable');
    expect(statSync('/dev/null').uid).toBe(0);
    expect(statSync('/etc/passwd').uid).toBe(0);
  });
});

interface Member {
  readonly name: string;
  readonly groups: readonly number[];
}

/** Every system has one that is made by a package, or else `sync`-like accounts must do. */
function accountWithFurtherGroups(): Member {
  const groups = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const listing = groups.find((fields) => (fields[3] ?? '') !== '');
  const name = listing?.[3]?.split(',')[0];
  if (name === undefined)
    throw new Error('no group of this machine lists anybody; add a user to one');
  const listed = groups.filter((fields) => fields[3]?.split(',').includes(name));
  return { name, groups: listed.map((fields) => Number(fields[2])) };
}
