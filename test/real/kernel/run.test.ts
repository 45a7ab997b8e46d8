import { describe, expect, it } from 'vitest';
import { command, here, pause, run, shell, until, useWorld } from './support.ts';

useWorld();

describe('a command that is run', () => {
  it('ends with its exit and what it wrote', async () => {
    expect(await run(shell('echo out; echo err >&2; exit 4'))).toEqual({
      kind: 'exited',
      exit: { code: 4, signal: null },
      output: 'out\nerr\n',
    });
  });

  it('can open /dev/stderr, as nginx -t does', async () => {
    const outcome = await run(shell('echo late >/dev/stderr'));
    expect(outcome).toMatchObject({ exit: { code: 0 }, output: 'late\n' });
  });

  it('is killed with its whole tree when its time is up', async () => {
    const mark = `6${process.pid}.25`;
    const outcome = await run(shell(`echo begun; setsid sleep ${mark} & sleep ${mark}`), 150);
    expect(outcome).toEqual({ kind: 'timed-out', output: 'begun\n' });
    await until(() => !isRunning(`sleep ${mark}`));
  });

  it('is killed and never told of when it is cancelled', async () => {
    const mark = `7${process.pid}.25`;
    const options = { lifeline: null, output: null, timeoutMs: 20_000 };
    const cancel = here().kernel.run(command('sleep', mark), options, () => expect.unreachable());
    await until(() => isRunning(`sleep ${mark}`));
    cancel();
    cancel();
    await until(() => !isRunning(`sleep ${mark}`));
    await pause(20);
  });

  it('ends though a grandchild still holds its output', async () => {
    const from = performance.now();
    const outcome = await run(shell('sleep 4 & echo done'));
    expect(outcome).toMatchObject({ kind: 'exited', output: 'done\n' });
    expect(performance.now() - from).toBeLessThan(3_500);
  });

  it('may write without end: only the last is kept', async () => {
    global.gc?.();
    const before = process.memoryUsage().rss;
    const outcome = await run(shell('head -c 100000000 /dev/zero | tr "\\0" x; echo; echo end'));
    expect(process.memoryUsage().rss - before).toBeLessThan(64_000_000);
    if (outcome.kind !== 'exited') throw new Error(outcome.kind);
    expect(outcome.output.length).toBe(16_384);
    expect(outcome.output.endsWith('x\nend\n')).toBe(true);
  });

  it('keeps its output apart from that of every other', async () => {
    const words = Array.from({ length: 20 }, (_, index) => `word-${index}`);
    const outcomes = await Promise.all(words.map((word) => run(command('echo', word))));
    expect(outcomes).toEqual(
      words.map((word) => ({
        kind: 'exited',
        exit: { code: 0, signal: null },
        output: `${word}\n`,
      })),
    );
  });

  it('leaves no descriptor open behind it', async () => {
    await run(command('true'));
    const before = here().kernel.files.list('/proc/self/fd').length;
    for (let times = 0; times < 20; times++) await run(shell('exit 0'));
    expect(here().kernel.files.list('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });

  it('appends to a file where it is given one', async () => {
    const output = here().path('run.log');
    const outcome = await new Promise((resolve) =>
      here().kernel.run(
        command('echo', 'kept'),
        { lifeline: here().path('l'), output, timeoutMs: 5_000 },
        resolve,
      ),
    );
    expect(outcome).toMatchObject({ kind: 'exited', output: '' });
    expect(here().kernel.files.read(output)).toBe('kept\n');
  });
});

function isRunning(line: string): boolean {
  const { files } = here().kernel;
  return files.list('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return files.read(`/proc/${entry}/cmdline`)?.replaceAll('\0', ' ').trim() === line;
    } catch {
      return false;
    }
  });
}
