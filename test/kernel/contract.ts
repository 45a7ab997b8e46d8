/**
 * What every kernel must do alike, told once and run on each: on the simulated one
 * in virtual time, on a real one with real processes.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Kernel, RunOutcome, TreeUsage } from '../../src/kernel/port.ts';
import type { CommandSpec, Exit, ProcessIdentity } from '../../src/machines/vocabulary.ts';

export interface Ground {
  readonly kernel: Kernel;
  /** An empty directory of the test's own. */
  readonly directory: string;
  /** Lets the world go on until the predicate holds; rejects if it never does. */
  until(predicate: () => boolean): Promise<void>;
  leave(): void;
}

/** Where a simulated kernel needs scripts for them, these are all the programs of the stories. */
export const programs = {
  sleeps: ['/bin/sh', '-c', 'exec sleep 60'],
  exits: ['/bin/sh', '-c', 'exit 3'],
  leavesChild: ['/bin/sh', '-c', 'sleep 60 & exit 0'],
  isMissing: ['/nonexistent/program'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export function itKeepsTheContract(enter: () => Ground): void {
  let ground: Ground;
  let lifeline: string;

  beforeEach(() => {
    ground = enter();
    lifeline = `${ground.directory}/lifeline`;
  });

  afterEach(() => {
    ground.kernel.close();
    ground.leave();
  });

  async function start(program: keyof typeof programs) {
    const told = { identity: null as ProcessIdentity | null, exit: null as Exit | null };
    let problem: string | null = null;
    ground.kernel.spawn(
      { command: command(programs[program]), lifeline, output: null, notifySocket: null },
      {
        spawned: (identity) => {
          told.identity = identity;
        },
        failed: (why) => {
          problem = why;
        },
        exited: (exit) => {
          told.exit = exit;
        },
        notified: () => {},
      },
    );
    await ground.until(() => told.identity !== null || problem !== null);
    return { told, problem, tree: { lifeline, main: told.identity, known: [] } };
  }

  it('tells how a program that it started ended', async () => {
    const { told } = await start('exits');
    await ground.until(() => told.exit !== null);
    expect(told.exit).toEqual({ code: 3, signal: null });
  });

  it('names the problem where a program cannot be started', async () => {
    const { problem } = await start('isMissing');
    expect(problem).toBe('missing-binary');
  });

  it('signals what is proved ours, and sees its lifeline end', async () => {
    const { kernel } = ground;
    const { told, tree } = await start('sleeps');
    const identity = told.identity as ProcessIdentity;
    expect(kernel.holds(lifeline, identity)).toBe(true);
    expect(kernel.isEmpty(tree)).toBe(false);
    let ended = false;
    kernel.watchLifeline(lifeline, () => {
      ended = true;
    });
    expect(kernel.signal(tree, identity, 'SIGTERM', 'group')).toBe('sent');
    await ground.until(() => ended && told.exit !== null);
    expect(told.exit).toEqual({ code: null, signal: 'SIGTERM' });
    expect(kernel.isEmpty(tree)).toBe(true);
    expect(kernel.isAlive(identity)).toBe(false);
    expect(kernel.signal(tree, identity, 'SIGKILL', 'process')).toBe('gone');
  });

  it('does not signal what it cannot prove', async () => {
    const { kernel } = ground;
    const { told } = await start('sleeps');
    const identity = told.identity as ProcessIdentity;
    const other = { lifeline: `${lifeline}.other`, main: null, known: [] };
    kernel.makeLifelines([other.lifeline]);
    expect(kernel.signal(other, identity, 'SIGKILL', 'process')).toBe('not-ours');
    expect(kernel.signalTree(other, 'SIGKILL')).toEqual({ sent: 0, refused: 0 });
    expect(kernel.isAlive(identity)).toBe(true);
    kernel.signalTree({ ...other, lifeline }, 'SIGKILL');
    await ground.until(() => told.exit !== null);
  });

  it('finds what a main process left behind', async () => {
    const { kernel } = ground;
    const { told, tree } = await start('leavesChild');
    await ground.until(() => told.exit !== null);
    expect(kernel.isHeld(lifeline)).toBe(true);
    expect(kernel.members(tree)).toHaveLength(1);
    expect(kernel.signalTree(tree, 'SIGKILL')).toEqual({ sent: 1, refused: 0 });
    await ground.until(() => kernel.isEmpty(tree));
  });

  it('runs a command to its end, or ends it in time', async () => {
    const outcomes: RunOutcome[] = [];
    for (const program of [programs.exits, programs.sleeps]) {
      const options = { lifeline, output: null, timeoutMs: 300 };
      ground.kernel.run(command(program), options, (outcome) => outcomes.push(outcome));
    }
    await ground.until(() => outcomes.length === 2);
    expect(outcomes).toMatchObject([
      { kind: 'exited', exit: { code: 3, signal: null } },
      { kind: 'timed-out' },
    ]);
    await ground.until(() => !ground.kernel.isHeld(lifeline));
  });

  it('tells what trees cost, in their order, and not before it has returned', async () => {
    const { kernel } = ground;
    const { tree, told } = await start('sleeps');
    const nobody = { lifeline: `${lifeline}.other`, main: null, known: [] };
    const answers: (readonly TreeUsage[] | null)[] = [];
    kernel.usage([nobody, tree], (usages) => answers.push(usages));
    const cancel = kernel.usage([tree], (usages) => answers.push(usages));
    expect(answers).toEqual([]);
    cancel();
    await ground.until(() => answers.length > 0);
    expect(answers).toMatchObject([
      [{ processes: [] }, { processes: [{ identity: told.identity }] }],
    ]);
    kernel.signalTree(tree, 'SIGKILL');
    await ground.until(() => told.exit !== null);
    kernel.usage([tree], (usages) => answers.push(usages));
    await ground.until(() => answers.length > 1);
    expect(answers.at(-1)).toMatchObject([{ processes: [] }]);
  });

  it('reads a PID file strictly', () => {
    const { kernel, directory } = ground;
    const path = `${directory}/pid`;
    expect(kernel.readPidFile(path)).toEqual({ kind: 'absent' });
    kernel.files.append(path, '');
    expect(kernel.readPidFile(path).kind).toBe('unusable');
    kernel.files.append(path, '42\n');
    expect(kernel.readPidFile(path)).toEqual({ kind: 'pid', pid: 42 });
    kernel.files.replace(path, '0x2a\n');
    expect(kernel.readPidFile(path).kind).toBe('unusable');
  });

  it('tells of a changed file', async () => {
    const { kernel, directory } = ground;
    let changes = 0;
    kernel.watchFile(`${directory}/file`, () => {
      changes += 1;
    });
    kernel.files.append(`${directory}/file`, 'x');
    await ground.until(() => changes > 0);
  });

  it('lets only one have a directory, until it lets go', async () => {
    const answers: string[] = [];
    let letGo: () => void = () => {};
    const ask = () =>
      ground.kernel.lock(ground.directory, {
        locked: (release) => {
          letGo = release;
          answers.push('locked');
        },
        taken: () => answers.push('taken'),
        failed: ({ code }) => answers.push(code),
      });
    for (const isLast of [false, false, true]) {
      const before = answers.length;
      if (isLast) letGo();
      ask();
      await ground.until(() => answers.length > before);
    }
    expect(answers).toEqual(['locked', 'taken', 'locked']);
  });

  it('does not fire a delay too long for a timer at once', async () => {
    let fired = '';
    const { clock } = ground.kernel;
    const far = clock.setTimeout(
      () => {
        fired += 'far';
      },
      2 ** 31 + 1_000,
    );
    clock.setTimeout(() => {
      fired += 'near';
    }, 20);
    await ground.until(() => fired !== '');
    clock.clearTimeout(far);
    expect(fired).toBe('near');
  });
}

function command(argv: readonly [string, ...string[]]): CommandSpec {
  const env = { PATH: '/usr/bin:/bin' };
  return { argv, cwd: '/', env, credentials: null, umask: null, nice: null, limits: {} };
}
