import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../../../src/kernel/simulated/index.ts';
import { LIFELINE, started, treeOf } from './stage.ts';

const PID_FILE = '/run/web.pid';

describe('a program that daemonises', () => {
  it('leaves a daemon in a session of its own, which writes its pid and holds the lifeline', () => {
    const kernel = new SimulatedKernel().script('web', {
      daemonises: { launcherExitsAfterMs: 20 },
      pidFile: { path: PID_FILE, afterMs: 30 },
    });
    const { told, identity } = started(kernel);
    kernel.clock.advance(20);
    expect(told.exit).toEqual({ code: 0, signal: null });
    expect(kernel.readPidFile(PID_FILE)).toEqual({ kind: 'absent' });
    kernel.clock.advance(10);

    const [daemon] = kernel.alive(LIFELINE);
    expect(daemon?.identity.pid).not.toBe(identity.pid);
    expect(daemon?.session).toBe(daemon?.identity.pid);
    expect(kernel.readPidFile(PID_FILE)).toEqual({ kind: 'pid', pid: daemon?.identity.pid });
    expect(kernel.members(treeOf(identity))).toEqual([daemon?.identity]);
  });

  it('may leave a daemon that drops the lifeline, so that nothing proves it ours', () => {
    const kernel = new SimulatedKernel().script('web', { daemonises: {}, dropsLifeline: true });
    const { tree } = started(kernel);
    kernel.clock.advance(5);
    expect(kernel.alive(LIFELINE)).toHaveLength(1);
    expect(kernel.isHeld(LIFELINE)).toBe(false);
    expect(kernel.isEmpty(tree)).toBe(true);
  });
});

describe('a pid file', () => {
  it('may come late, hold garbage first, and be removed too early', () => {
    const kernel = new SimulatedKernel().script('web', {
      pidFile: {
        path: PID_FILE,
        afterMs: 10,
        first: { content: '', forMs: 5 },
        removedAfterMs: 30,
      },
    });
    const { identity } = started(kernel);
    const readings = [9, 1, 5, 15].map((ms) => {
      kernel.clock.advance(ms);
      return kernel.readPidFile(PID_FILE);
    });
    expect(readings).toEqual([
      { kind: 'absent' },
      { kind: 'unusable', reason: '"" is no pid' },
      { kind: 'pid', pid: identity.pid },
      { kind: 'absent' },
    ]);
  });

  it('may name somebody else', () => {
    const kernel = new SimulatedKernel();
    const { pid } = kernel.bear('sshd');
    kernel.script('web', { pidFile: { path: PID_FILE, content: `${pid}\n` } });
    started(kernel);
    kernel.clock.advance(0);
    expect(kernel.readPidFile(PID_FILE)).toEqual({ kind: 'pid', pid });
  });

  it.each(['', '0', '-1', ' 12', '12abc', '0x10', '1e3', 'nginx', '99999999999999999999'])(
    'is unusable with %j in it',
    (content) => {
      const kernel = new SimulatedKernel();
      kernel.disk.put(PID_FILE, `${content}\n`);
      expect(kernel.readPidFile(PID_FILE).kind).toBe('unusable');
    },
  );

  it('is unusable where it is no file, too large, or forbidden', () => {
    const kernel = new SimulatedKernel();
    kernel.disk.make('/run/directory', 'directory');
    kernel.disk.make('/run/link', 'symlink');
    kernel.disk.put('/run/large', `12\n${'x'.repeat(5_000)}`);
    kernel.disk.put('/run/secret', '12\n');
    kernel.fault({ code: 'EACCES', on: 'read', under: '/run/secret' });
    for (const name of ['directory', 'link', 'large', 'secret']) {
      expect(kernel.readPidFile(`/run/${name}`).kind).toBe('unusable');
    }
  });

  it('goes with a clean end, unless the script or SIGKILL leaves it behind', () => {
    const tidy = { pidFile: { path: '/run/tidy.pid' } };
    const messy = { pidFile: { path: '/run/messy.pid', leftBehind: true } };
    const killed = { pidFile: { path: '/run/killed.pid' } };
    const kernel = new SimulatedKernel().script('web', tidy, messy, killed);
    const runs = [started(kernel), started(kernel), started(kernel)];
    kernel.clock.advance(0);
    runs.forEach(({ identity, tree }, n) => {
      kernel.signal(tree, identity, n === 2 ? 'SIGKILL' : 'SIGTERM', 'process');
    });
    kernel.clock.advance(0);
    expect(kernel.files.list('/run')).toEqual(['killed.pid', 'messy.pid']);
  });

  it('of a successor is not removed by its predecessor', () => {
    const kernel = new SimulatedKernel().script('web', {
      pidFile: { path: PID_FILE },
      reexecsOn: { signal: 'SIGUSR2', oldExitsAfterMs: 100 },
      listensOn: [80],
    });
    const { told, identity, tree } = started(kernel);
    kernel.clock.advance(10);
    kernel.signal(tree, identity, 'SIGUSR2', 'process');
    kernel.clock.advance(50);
    const both = kernel.members(tree);
    expect(both).toHaveLength(2);
    expect(kernel.readPidFile(PID_FILE)).toEqual({ kind: 'pid', pid: both[1]?.pid });
    kernel.clock.advance(50);
    expect(told.exit).toEqual({ code: 0, signal: null });
    expect(kernel.members(tree)).toEqual([both[1]]);
    expect(kernel.readPidFile(PID_FILE)).toEqual({ kind: 'pid', pid: both[1]?.pid });
  });
});

describe('workers', () => {
  it('are members after their parents, whatever sessions they open and lifelines they drop', () => {
    const kernel = new SimulatedKernel().script('web', {
      workers: [
        { count: 2, afterMs: 10 },
        { afterMs: 20, ownSession: true, program: { workers: [{ afterMs: 5 }] } },
        { afterMs: 30, program: { dropsLifeline: true } },
      ],
    });
    const { identity, tree } = started(kernel);
    kernel.clock.advance(30);
    const members = kernel.members(tree);
    expect(members).toHaveLength(6);
    expect(members[0]).toEqual(identity);
    expect(kernel.describe(tree).map(({ holdsLifeline }) => holdsLifeline)).toEqual([
      ...[true, true, true, true, true, false],
    ]);
  });

  it('end with their parent, unless they outlive it: always, or when it is killed', () => {
    const script = {
      workers: [
        { program: { listensOn: [1] } },
        { program: { listensOn: [2] }, outlivesParent: 'when-killed' as const },
        { program: { listensOn: [3] }, outlivesParent: 'always' as const },
      ],
    };
    const left = (signal: 'SIGTERM' | 'SIGKILL') => {
      const kernel = new SimulatedKernel().script('web', script);
      const { identity, tree } = started(kernel);
      kernel.clock.advance(0);
      kernel.signal(tree, identity, signal, 'process');
      kernel.clock.advance(0);
      return kernel.alive(LIFELINE).length;
    };
    expect(left('SIGTERM')).toBe(1);
    expect(left('SIGKILL')).toBe(2);
  });

  it('keep the port of a killed parent, so that its successor cannot have it', () => {
    const kernel = new SimulatedKernel().script('web', {
      listensOn: [80],
      workers: [{ afterMs: 5, outlivesParent: 'when-killed' }],
    });
    const first = started(kernel);
    kernel.clock.advance(5);
    kernel.kill(first.identity);
    const second = started(kernel, 'web', { output: '/log/web.log' });
    kernel.clock.advance(5);
    expect(second.told.exit).toEqual({ code: 1, signal: null });
    expect(kernel.files.read('/log/web.log')).toContain('address already in use');
  });
});

describe('the lifeline', () => {
  it('ends with its last holder, and says so in an event of its own', () => {
    const kernel = new SimulatedKernel().script('web', {
      workers: [{ outlivesParent: 'always', program: { stopsAfterMs: 70 } }],
    });
    const { identity, tree } = started(kernel);
    let endedAt: number | null = null;
    kernel.watchLifeline(LIFELINE, () => {
      endedAt = kernel.clock.now();
    });
    kernel.clock.advance(10);
    kernel.kill(identity);
    kernel.clock.advance(100);
    expect(endedAt).toBeNull();
    expect(kernel.isHeld(LIFELINE)).toBe(true);
    kernel.signalTree(tree, 'SIGTERM');
    kernel.clock.advance(70);
    expect(endedAt).toBe(180);
    expect(kernel.isEmpty(tree)).toBe(true);
  });

  it('that nobody holds has ended already, but is not said to inside the call', () => {
    const kernel = new SimulatedKernel();
    let ended = 0;
    const end = () => {
      ended += 1;
    };
    kernel.makeLifelines(['/state/a']);
    kernel.watchLifeline('/state/a', end);
    const cancel = kernel.watchLifeline('/state/none', end);
    expect(ended).toBe(0);
    cancel();
    kernel.clock.advance(1_000);
    expect(ended).toBe(1);
  });

  it('is lost when its name is removed', () => {
    const kernel = new SimulatedKernel().script('web', {});
    const { identity } = started(kernel);
    kernel.files.remove(LIFELINE);
    kernel.makeLifelines([LIFELINE]);
    expect(kernel.holds(LIFELINE, identity)).toBe(false);
    expect(kernel.isHeld(LIFELINE)).toBe(false);
  });
});

describe('an orphan', () => {
  it('stays a zombie until init asks for it, and is not alive', () => {
    const kernel = new SimulatedKernel({ initReapsAfterMs: 5_000 });
    const stranger = kernel.bear('cron', { exitsAfterMs: 10 });
    kernel.clock.advance(10);
    expect(kernel.isAlive(stranger)).toBe(false);
    expect(kernel.clock.nextAt()).toBe(5_010);
  });

  it('is watched by a slow poll, for its exit is nobody else’s news', () => {
    const kernel = new SimulatedKernel({ exitPollMs: 500 });
    const stranger = kernel.bear('cron', { exitsAfterMs: 610 });
    const gone: number[] = [];
    kernel.watchExit(stranger, () => gone.push(kernel.clock.now()));
    kernel.watchExit(stranger, () => gone.push(-1))();
    kernel.clock.advance(5_000);
    kernel.watchExit(stranger, () => gone.push(kernel.clock.now()));
    kernel.clock.advance(5_000);
    expect(gone).toEqual([1_000, 5_500]);
  });
});
