/**
 * Asks the OS to start a program. It decides nothing: the plan says everything.
 *
 * The functions here use nothing but their arguments and one another, so that the
 * launcher, a process of its own, can be given their text and runs the very same code.
 */
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type {
  LaunchAnswer,
  Launched,
  LaunchFailure,
  LaunchListener,
  LaunchOutput,
  LaunchPlan,
  LaunchRequest,
  LaunchTools,
} from './launch-plan.ts';

/** What one launch opens, to be closed again, and how far it has come. */
interface LaunchWork {
  readonly tools: LaunchTools;
  readonly opened: number[];
  stage: LaunchFailure['stage'];
}

/** null when it failed, of which the listener is told. */
export function launch(
  tools: LaunchTools,
  plan: LaunchPlan,
  foreign: readonly number[],
  listener: LaunchListener,
): Launched | null {
  const work: LaunchWork = { tools, opened: [], stage: 'output' };
  const fail = (error: unknown) => {
    const { code = '', message } = error as { code?: string; message: string };
    process.nextTick(() => listener.failed({ stage: work.stage, code, message }));
    return null;
  };
  try {
    const child = startChild(work, plan, launchStdio(work, plan, foreign));
    child.once('error', fail);
    if (child.pid === undefined) return null;
    child.once('exit', (code, signal) => listener.exited(code, signal));
    child.unref();
    const stat = tools.fs.readFileSync(`/proc/${child.pid}/stat`, 'latin1');
    if (plan.nice !== null) beNice(tools, child.pid, plan.nice);
    return { pid: child.pid, stat };
  } catch (error) {
    return fail(error);
  } finally {
    for (const descriptor of work.opened) tools.fs.closeSync(descriptor);
  }
}

function launchStdio(work: LaunchWork, plan: LaunchPlan, foreign: readonly number[]) {
  const last = Math.max(2, plan.lifeline?.descriptor ?? 0, ...foreign);
  const stdio: ('ignore' | number)[] = new Array(last + 1).fill('ignore');
  // Descriptors that we inherited without close-on-exec cannot be closed from here, but covered.
  if (foreign.length > 0) {
    const nothing = openNow(work, '/dev/null', work.tools.fs.constants.O_RDONLY);
    for (const descriptor of foreign) stdio[descriptor] = nothing;
  }
  if (plan.output !== null) {
    const output = openOutput(work, plan.output);
    stdio[1] = output;
    stdio[2] = output;
  }
  work.stage = 'lifeline';
  if (plan.lifeline !== null) {
    stdio[plan.lifeline.descriptor] = openLifeline(work, plan.lifeline.path);
  }
  work.stage = 'spawn';
  return stdio;
}

function openOutput(work: LaunchWork, output: LaunchOutput): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = work.tools.fs.constants;
  if (output.kind === 'pipe') return openNow(work, output.path, O_WRONLY);
  // Opening a FIFO that nobody reads would block us for ever.
  const there = work.tools.fs.lstatSync(output.path, { throwIfNoEntry: false });
  if (there?.isFIFO() === true) throw launchError('EINVAL', `${output.path} is a FIFO`);
  const descriptor = openNow(work, output.path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW);
  const stats = work.tools.fs.fstatSync(descriptor);
  if (output.owner !== null && stats.isFile() && stats.uid !== output.owner.uid) {
    work.tools.fs.fchownSync(descriptor, output.owner.uid, output.owner.gid);
  }
  return descriptor;
}

function openLifeline(work: LaunchWork, path: string): number {
  const { fs, childProcess } = work.tools;
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;
  if (!fs.existsSync(path)) {
    const { error } = childProcess.spawnSync('mkfifo', ['-m', '600', '--', path]);
    // Where the machine is short of something, that is the reason, and no missing file.
    if (error !== undefined) throw error;
  }
  // A write end opens at once only while there is a read end.
  const reader = openNow(work, path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (!fs.fstatSync(reader).isFIFO()) throw launchError('EEXIST', `${path} is not a FIFO`);
  return openNow(work, path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW);
}

function openNow(work: LaunchWork, path: string, flags: number): number {
  const descriptor = work.tools.fs.openSync(path, flags, 0o600);
  work.opened.push(descriptor);
  return descriptor;
}

function launchError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function startChild(
  work: LaunchWork,
  plan: LaunchPlan,
  stdio: ('ignore' | number)[],
): ChildProcess {
  const [file, ...args] = plan.argv;
  const options: SpawnOptions = { cwd: plan.cwd, env: plan.env, detached: true, stdio };
  if (plan.uid !== null) options.uid = plan.uid;
  if (plan.gid !== null) options.gid = plan.gid;
  if (plan.umask === null) return work.tools.childProcess.spawn(file, args, options);
  const before = process.umask(plan.umask);
  try {
    return work.tools.childProcess.spawn(file, args, options);
  } finally {
    process.umask(before);
  }
}

function beNice(tools: LaunchTools, pid: number, nice: number): void {
  try {
    tools.os.setPriority(pid, nice);
  } catch {
    // It has ended already, or the plan asked for what was refused before.
  }
}

/** Descriptors of ours that a child would inherit, because whoever started us left them so. */
export function foreignDescriptors(fs: typeof import('node:fs')): readonly number[] {
  const closeOnExec = 0o2000000;
  const inherits = (descriptor: number) => {
    try {
      const info = fs.readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
      const flags = Number.parseInt(/flags:\s*([0-7]+)/.exec(info)?.[1] ?? '', 8);
      return (flags & closeOnExec) === 0;
    } catch {
      return false;
    }
  };
  return fs
    .readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > 2 && descriptor < 4_096 && inherits(descriptor));
}

/** What the launcher does: launches what it is asked to, and ends with whoever asks. */
function serveLaunches(tools: LaunchTools, host: NodeJS.Process): void {
  const foreign = foreignDescriptors(tools.fs);
  const answer = (message: LaunchAnswer) => {
    if (host.connected) host.send?.(message, () => {});
  };
  host.on('message', ({ id, plan }: LaunchRequest) => {
    const launched = launch(tools, plan, foreign, {
      failed: (failure) => answer({ id, kind: 'failed', failure }),
      exited: (code, signal) => answer({ id, kind: 'exited', code, signal }),
    });
    if (launched !== null) answer({ id, kind: 'started', launched });
  });
  // The programs live on: each is in a session of its own.
  host.on('disconnect', () => host.exit(0));
}

/** The program of the launcher, for `node -e`, which cannot import what is bundled or is no JavaScript. */
export const launcherSource = `'use strict';
const __name = (named) => named;
${[
  launch,
  launchStdio,
  openOutput,
  openLifeline,
  openNow,
  launchError,
  startChild,
  beNice,
  foreignDescriptors,
]
  .map(String)
  .join('\n')}
(${serveLaunches})(
  { fs: require('node:fs'), childProcess: require('node:child_process'), os: require('node:os') },
  process,
);`;
