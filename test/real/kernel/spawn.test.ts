import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SpawnProblem } from '../../../src/machines/vocabulary.ts';
import { command, here, launcherUses, run, shell, start, until, useWorld } from './support.ts';

const readLog = (name = 'service') => readFileSync(here().path(`${name}.log`), 'utf8');

const script = (name: string, text: string, mode = 0o755): string => {
  writeFileSync(here().path(name), text);
  chmodSync(here().path(name), mode);
  return here().path(name);
};

describe.each(launcherUses)('a program (launcher: %s)', (launcher) => {
  useWorld({ launcher });

  it('has nothing open but its three standard files and its lifeline', async () => {
    // While it is loaded it opens its libraries itself.
    const { main } = await start(shell('echo loaded; sleep 60; :'));
    await until(() => readLog() === 'loaded\n');
    const descriptors = readdirSync(`/proc/${main.pid}/fd`).map(Number);
    const covered = readdirSync('/proc/self/fd').map(Number);
    // What the test runner itself was left by its own parent is covered, and counts as closed.
    const own = descriptors.filter((fd) => fd <= 2 || fd === 61 || !covered.includes(fd));
    expect(own.sort((one, other) => one - other)).toEqual([0, 1, 2, 61]);
    for (const fd of descriptors.filter((one) => !own.includes(one))) {
      expect(here().kernel.files.read(`/proc/${main.pid}/fdinfo/${fd}`)).toMatch(
        /flags:\t0?100000/,
      );
    }
  });

  it('has the environment that was asked for, byte for byte, and nothing else', async () => {
    const env = { PATH: '/usr/bin:/bin', EMPTY: '', LINES: 'one\ntwo', ODD: 'a=b "$(x)" ü' };
    const { main } = await start({ ...command('sleep', '60'), env });
    const environ = readFileSync(`/proc/${main.pid}/environ`, 'utf8').split('\0').slice(0, -1);
    expect(environ.sort()).toEqual(
      Object.entries(env)
        .map((pair) => pair.join('='))
        .sort(),
    );
  });

  it('has its arguments unquoted and unexpanded', async () => {
    const { exited } = await start(command('printf', '[%s]', '$HOME', 'a b', "'", ''));
    await exited;
    expect(readLog()).toBe("[$HOME][a b]['][]");
  });

  it('has no signal ignored or blocked, whatever whoever forked it does', async () => {
    const { main } = await start(command('sleep', '60'));
    const status = readFileSync(`/proc/${main.pid}/status`, 'utf8');
    expect(status).toMatch(/SigBlk:\t0+\nSigIgn:\t0+\nSigCgt:\t0+\n/);
  });

  it('leads a session and a group of its own', async () => {
    const { main } = await start(command('sleep', '60'));
    const stat = readFileSync(`/proc/${main.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    expect(stat.slice(2, 4)).toEqual([String(main.pid), String(main.pid)]);
  });

  it('can open /dev/stderr, which ends in its log', async () => {
    const { exited } = await start(shell('echo one; echo two >>/dev/stderr; echo three'));
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(readLog()).toBe('one\ntwo\nthree\n');
  });

  it('appends to its log, which only its owner may read', async () => {
    for (const word of ['one', 'two']) await (await start(command('echo', word))).exited;
    expect(readLog()).toBe('one\ntwo\n');
    const { exited } = await start(command('stat', '-c', '%a', here().path('service.log')));
    await exited;
    expect(readLog()).toContain('600');
  });

  it('finds its standard input at its end', async () => {
    const { exited } = await start(shell('cat && echo done'));
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(readLog()).toBe('done\n');
  });

  it('has nothing of the environment of those before it', async () => {
    const own = { PATH: '/usr/bin:/bin', A: '1', B: '2' };
    for (const env of [own, { ...own, A: '', C: '3' }, own, { PATH: own.PATH }, own]) {
      const outcome = await run({ ...command('env'), env });
      const lines = outcome.kind === 'exited' ? outcome.output.trim().split('\n') : [];
      expect(lines.sort()).toEqual(
        Object.entries(env)
          .map((pair) => pair.join('='))
          .sort(),
      );
    }
  });

  it('is found by the PATH of its own environment', async () => {
    mkdirSync(here().path('bin'));
    script('bin/greet', '#!/bin/sh\necho hello\n');
    const outcome = await run({ ...command('greet'), env: { PATH: here().path('bin') } });
    expect(outcome).toMatchObject({ kind: 'exited', output: 'hello\n' });
  });

  it('is told of by its exit, not by the end of its output', async () => {
    const { exited, tree } = await start(shell('sleep 60 & exit 3'));
    expect(await exited).toEqual({ code: 3, signal: null });
    expect(here().kernel.isHeld(tree.lifeline)).toBe(true);
  });

  // Node can set the nice value only of a process that runs already.
  it('has the umask, the nice value and the limits that were asked for', async () => {
    const spec = {
      ...shell('sleep 0.2; umask; nice; ulimit -n; ulimit -Hn; ulimit -c; echo $$'),
      umask: 0o027,
      nice: 5,
      limits: { nofile: { soft: '100', hard: '200' }, core: { soft: '0', hard: '0' } },
    };
    const before = process.umask();
    const { main, exited } = await start(spec);
    expect(process.umask()).toBe(before);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(readLog().split('\n').slice(0, 6)).toEqual([
      '0027',
      '5',
      '100',
      '200',
      '0',
      String(main.pid),
    ]);
  });

  it('is not started with a limit that there is not, or that makes no sense', async () => {
    const of = (limits: Record<string, { soft: string; hard: string }>) =>
      run({ ...command('true'), limits });
    expect(await of({ '--help': { soft: '1', hard: '1' } })).toMatchObject({
      problem: 'other',
      reason: 'cannot start "true": there is no limit "--help"; see prlimit(1)',
    });
    expect(await of({ nofile: { soft: 'many', hard: '1' } })).toMatchObject({ problem: 'other' });
    expect(await of({ nofile: { soft: '2', hard: '1' } })).toMatchObject({ kind: 'not-spawned' });
  });

  it('with limits is missed before prlimit starts in its place', async () => {
    const limits = { core: { soft: '0', hard: '0' } };
    expect(await run({ ...command('no-such-thing'), limits })).toMatchObject({
      problem: 'missing-binary',
    });
  });
});

describe.each(launcherUses)('a program that cannot be started (launcher: %s)', (launcher) => {
  useWorld({ launcher });

  const told = async (
    spec: ReturnType<typeof command>,
  ): Promise<readonly [SpawnProblem, string]> => {
    const outcome = await run(spec);
    if (outcome.kind !== 'not-spawned') throw new Error(`it was spawned: ${outcome.kind}`);
    return [outcome.problem, outcome.reason];
  };

  it('is missing', async () => {
    expect(await told({ ...command('nope'), env: { PATH: '/usr/bin' } })).toEqual([
      'missing-binary',
      `cannot start "nope": there is no nope in the service's own PATH, which is /usr/bin; install it or mend its path`,
    ]);
    expect(await told(command('/no/such/program'))).toEqual([
      'missing-binary',
      'cannot start "/no/such/program": there is no /no/such/program; install it or mend its path',
    ]);
  });

  it('is a script whose interpreter is missing', async () => {
    const path = script('orphan', '#!/no/such/shell -x\n');
    const [problem, reason] = await told(command(path));
    expect(problem).toBe('missing-interpreter');
    expect(reason).toContain(`${path} is a script for /no/such/shell`);
  });

  it('was built for a loader that is missing', async () => {
    const image = readFileSync('/bin/true').toString('latin1');
    const path = here().path('foreign');
    writeFileSync(
      path,
      image.replace(/\/lib[^\0]*\/ld-/, (old) => old.replace('lib', 'bil')),
      'latin1',
    );
    chmodSync(path, 0o755);
    expect((await told(command(path)))[0]).toBe('missing-interpreter');
  });

  it('has no directory to run in', async () => {
    const cwd = here().path('none');
    expect(await told({ ...command('true'), cwd })).toEqual([
      'missing-cwd',
      `cannot start "true": its directory ${cwd} does not exist; make it`,
    ]);
    writeFileSync(cwd, '');
    expect((await told({ ...command('true'), cwd }))[0]).toBe('missing-cwd');
    expect((await told({ ...command('true'), cwd: `${cwd}/sub` }))[0]).toBe('missing-cwd');
  });

  it('is not executable', async () => {
    const path = script('plain', '#!/bin/sh\n', 0o644);
    expect(await told(command(path))).toEqual([
      'not-executable',
      `cannot start "${path}": ${path} cannot be run: it has no x bit; run chmod +x ${path}`,
    ]);
    expect((await told(command(here().directory)))[0]).toBe('not-executable');
  });

  it('may not be run by the user that it is to run as', async () => {
    const path = script('private', '#!/bin/sh\n', 0o700);
    const credentials = { user: 'nobody', group: null };
    expect((await told({ ...command(path), cwd: '/', credentials }))[0]).toBe('not-executable');
  });

  it('has too many arguments', async () => {
    const [problem, reason] = await told(command('true', 'x'.repeat(3_000_000)));
    expect(problem).toBe('arguments-too-long');
    expect(reason).toContain('longer than the OS allows');
  });

  it('has a NUL byte somewhere', async () => {
    expect((await told(command('true', 'a\0b')))[0]).toBe('nul-byte');
    expect((await told({ ...command('true'), env: { A: 'a\0b' } }))[0]).toBe('nul-byte');
    expect((await told({ ...command('true'), cwd: '/a\0b' }))[0]).toBe('nul-byte');
  });

  it('has a user or a group that nobody knows', async () => {
    const as = (user: string | number, group: string | number | null) =>
      told({ ...command('true'), credentials: { user, group } });
    expect(await as('nob0dy', null)).toEqual([
      'unknown-user',
      'cannot start "true": there is no user "nob0dy"; create it',
    ]);
    expect((await as('nobody', 'n0group'))[0]).toBe('unknown-group');
    expect((await as(-1, null))[0]).toBe('unknown-user');
  });

  it('has no account to take a group from, and would keep that of root', async () => {
    const credentials = { user: 54_321, group: null };
    expect((await told({ ...command('true'), credentials }))[0]).toBe('unknown-user');
  });

  it('has no log to write to', async () => {
    const into = (output: string) =>
      new Promise((resolve) => {
        here().kernel.spawn(
          { command: command('true'), lifeline: here().path('l'), output, notifySocket: null },
          {
            spawned: () => resolve('spawned'),
            failed: (problem, reason) => resolve([problem, reason]),
            exited() {},
            notified() {},
          },
        );
      });
    const link = here().path('link');
    symlinkSync('/etc/passwd', link);
    execFileSync('mkfifo', [here().path('fifo')]);
    expect(await into(link)).toEqual([
      'log-not-writable',
      `cannot write the log ${link}: it is a symbolic link, which drover does not follow; remove it`,
    ]);
    for (const path of [here().path('none/log'), here().directory, here().path('fifo')]) {
      expect(await into(path)).toMatchObject(['log-not-writable', expect.any(String)]);
    }
    expect(here().kernel.isHeld(here().path('l'))).toBe(false);
  });
});
