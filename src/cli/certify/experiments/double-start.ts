/**
 * Starts a second copy with the same configuration beside the first, as somebody does who
 * does not know of it. No supervisor is asked, since drover would start none.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../../kernel/port.ts';
import type { Exit } from '../../../machines/vocabulary.ts';
import { plain } from '../../../runtime/sanitize.ts';
import { duration, exitMessage } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';
import { answers } from './probe.ts';

export async function doubleStart(bench: Bench): Promise<Found> {
  await bench.up();
  const before = portrait(bench);
  const second = launch(bench);
  const patienceMs = Math.min(10_000, Math.max(leastMs(bench), 2 * slowestOf(bench)));
  await bench.until(() => second.exit !== null || second.problem !== null, patienceMs);
  const isAlive = !bench.kernel.isEmpty(second.tree);
  const tookMs = Math.round((second.exitedAt ?? bench.now()) - second.beganAt);
  await end(bench, second.tree);
  const { missed } = await answers(bench, 1);
  const damage = damageTo(bench, before, missed > 0);
  const said = isAlive ? '' : lastLineOf(second.output);
  const figures = { refused: !isAlive, tookMs, damaged: damage !== null };
  if (damage !== null) {
    const advice = 'keep the second from starting: a lock, or a port that it takes first of all';
    return {
      verdict: 'failed',
      summary: `a second copy damages the first: ${damage}`,
      advice,
      figures,
    };
  }
  if (isAlive) {
    const summary = `a second copy runs beside the first, also after ${duration(tookMs)}`;
    const advice =
      'nothing of its own keeps it from running twice; drover does, in one state directory';
    return { verdict: 'warning', summary, advice, figures };
  }
  const how =
    second.problem ?? (second.exit === null ? 'it is gone' : `it ${exitMessage(second.exit)}`);
  const summary = `a second copy refuses in ${duration(tookMs)}: ${how}${said}; the first is unharmed`;
  if (second.exit?.code !== 0) return { verdict: 'ok', summary, advice: null, figures };
  const advice = 'its exit code says that all is well, so whoever starts it does not learn of it';
  return { verdict: 'warning', summary, advice, figures };
}

/** Servers try for their port a while: nginx for 2.5 s. */
const leastMs = ({ spec }: Bench): number => (spec.ready?.ownsListener === true ? 5_000 : 2_000);

const slowestOf = ({ measured }: Bench): number => Math.max(0, ...measured.readyMs);

interface Second {
  readonly tree: Tree;
  readonly output: string;
  readonly beganAt: number;
  exit: Exit | null;
  exitedAt: number | null;
  problem: string | null;
}

function launch({ kernel, spec, scratch }: Bench): Second {
  const lifeline = join(scratch.directory, 'second/run', `${spec.name}.lifeline`);
  const output = join(scratch.directory, 'second', 'output.log');
  kernel.makeLifelines([lifeline]);
  const tree = { lifeline, main: null, known: [] };
  const beganAt = kernel.clock.now();
  const second: Second = { tree, output, beganAt, exit: null, exitedAt: null, problem: null };
  const notifySocket = spec.type === 'notify' ? `${lifeline}.notify` : null;
  kernel.spawn(
    { command: spec.command, lifeline, output, notifySocket },
    {
      spawned: () => {},
      failed: (_, reason) => {
        second.problem = reason;
      },
      exited: (exit) => {
        second.exit = exit;
        second.exitedAt = kernel.clock.now();
      },
      notified: () => {},
    },
  );
  return second;
}

async function end(bench: Bench, tree: Tree): Promise<void> {
  await bench.until(() => {
    if (bench.kernel.isEmpty(tree)) return true;
    bench.kernel.signalTree(tree, 'SIGKILL');
    return false;
  }, 5_000);
}

/** What of the first must not change. */
function portrait({ status, spec, kernel }: Bench) {
  const file = spec.pidFile === null ? null : kernel.readPidFile(spec.pidFile.path);
  return { pid: status.pid, restarts: status.restarts, file };
}

function damageTo(bench: Bench, before: ReturnType<typeof portrait>, isSilent: boolean) {
  const { pid, restarts, file } = portrait(bench);
  if (pid !== before.pid || restarts !== before.restarts) {
    return bench.supervisor.why(bench.spec.name);
  }
  if (isSilent) return 'it does not answer any more';
  if (JSON.stringify(file) === JSON.stringify(before.file)) return null;
  return file?.kind === 'absent' ? 'its PID file is gone' : 'its PID file names the second';
}

function lastLineOf(path: string): string {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const line = plain(lines.at(-1) ?? '').slice(0, 160);
    return line === '' ? '' : `, saying "${line}"`;
  } catch {
    return '';
  }
}
