/**
 * Asks a small Perl to fork in our place. A request costs us one write, and its answers
 * come by themselves, so that many programs are started while we do something else.
 */
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { forkerSource } from './forker-source.ts';
import type { LaunchAnswer, LaunchFailure, LaunchPlan } from './launch-plan.ts';
import type { ChannelEnd, ChannelListener, LaunchChannel } from './launches.ts';
import { converse, hasPerl } from './perl.ts';
import { systemCalls } from './system-calls.ts';

/** Whether there is what the forker is made of. */
export function canFork(): boolean {
  return systemCalls !== null && hasPerl();
}

/** What it cannot do is left to Node, which knows how to refuse it. */
export function isSimple(plan: LaunchPlan): boolean {
  const { uid, gid, output, lifeline, cwd } = plan;
  if (![uid, gid].every((id) => id === null || isId(id))) return false;
  const paths = [cwd, output?.path ?? '/', lifeline?.path ?? '/'];
  if (!paths.every((path) => path.startsWith('/') && !path.includes('\0'))) return false;
  return plan.argv.every(hasNoNul) && Object.entries(plan.env).every(isOrdinary);
}

/** Node takes no other for that of a user or a group. */
const isId = (id: number) => Number.isInteger(id) && id >= 0 && id < 2 ** 31;

const hasNoNul = (text: string) => !text.includes('\0');

/** setenv(3), which Perl uses, takes no other. */
const isOrdinary = ([name, value]: [string, string]) =>
  name !== '' && !name.includes('=') && hasNoNul(name) && hasNoNul(value);

/** Starts the forker, which is spoken to by its standard input and output. */
export function openForker(listener: ChannelListener): LaunchChannel {
  let end: ChannelEnd = 'did nothing';
  const forker = converse(forkerSource, [String(process.pid)], {
    hear(line) {
      if (line === 'r') end = 'did its work';
      else listener.hear(answerOf(line));
    },
    ended: () => listener.ended(end),
  });
  if (forker === null) {
    process.nextTick(listener.ended, 'could not start');
    return { send() {}, close() {} };
  }
  return { send: createSending(forker.say), close: forker.close };
}

/** So many requests keep the forker busy while we make the next ones. */
const perWrite = 16;

/**
 * The first request goes at once, for the forker can fork while we write down what we do.
 * Each write wakes it, and it then may run in our place: so what follows goes together.
 */
function createSending(write: (bytes: Buffer) => void): LaunchChannel['send'] {
  const frameOf = createFraming();
  let waiting: Buffer[] | null = null;
  const flush = () => {
    if (waiting !== null && waiting.length > 0) write(Buffer.concat(waiting));
    waiting = null;
  };
  return (id, plan) => {
    const frame = frameOf(id, plan);
    if (waiting === null) {
      waiting = [];
      process.nextTick(flush);
      write(frame);
    } else if (waiting.push(frame) >= perWrite) {
      write(Buffer.concat(waiting));
      waiting = [];
    }
  };
}

/** The environment is most of a request, and mostly the same as the last one's. */
function createFraming() {
  let lastEnv: string | null = null;
  return (id: number, plan: LaunchPlan): Buffer => {
    const env = Object.entries(plan.env).map((pair) => pair.join('='));
    const text = env.join('\0');
    const isSame = text === lastEnv;
    lastEnv = text;
    const owner = plan.output?.kind === 'file' ? plan.output.owner : null;
    const fields = [
      id,
      plan.lifeline?.path ?? '',
      isSame ? 1 : '',
      plan.argv.length,
      ...plan.argv,
      plan.umask ?? process.umask(),
      plan.nice ?? '',
      plan.cwd,
      plan.uid ?? '',
      plan.gid ?? '',
      plan.lifeline?.descriptor ?? '',
      plan.output?.kind ?? '',
      plan.output?.path ?? '',
      owner?.uid ?? '',
      owner?.gid ?? '',
      ...(isSame ? [] : env),
    ];
    return framed(fields.join('\0'));
  };
}

function framed(payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length);
  frame.write(payload, 4);
  return frame;
}

function answerOf(line: string): LaunchAnswer {
  const id = Number.parseInt(line.slice(2), 10);
  if (line.startsWith('s')) {
    const stat = line.slice(line.indexOf(' ', 2) + 1);
    return { id, kind: 'started', launched: { pid: Number.parseInt(stat, 10), stat } };
  }
  const [kind, , second = '', third = '', last] = line.split(' ');
  if (kind === 'f') return { id, kind: 'failed', failure: failureOf(second, Number(third)) };
  const signal = signalNames.get(Number(third)) ?? null;
  const code = signal === null ? Number(second) : null;
  return { id, kind: 'exited', code, signal, leftNobody: last === '1' };
}

function failureOf(stage: string, errno: number): LaunchFailure {
  const [code, words] = getSystemErrorMap().get(-errno) ?? ['', `error ${errno}`];
  return { stage: stage as LaunchFailure['stage'], code, message: `${code}: ${words}` };
}

const signalNames = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);
