/** Whether a service answers, found out as a client would: by what listens and what it says. */
import type { Check, Endpoint } from '../../machines/vocabulary.ts';
import { nameOf } from '../checks/connection.ts';
import { placeOf } from '../checks/place.ts';
import type { Cancel, CheckContext, CheckOutcome, Tree } from '../port.ts';
import type { Manager } from './manager.ts';
import { isRunnable, type SimulatedProcess } from './process.ts';
import { run } from './runs.ts';
import { addressOf } from './sockets.ts';
import { membersOf } from './trees.ts';
import type { World } from './world.ts';

type Done = (outcome: CheckOutcome) => void;

/** What a check finds at once. `silence`: it will wait in vain until its time is up. */
type Finding = CheckOutcome | 'silence';

export function ask(
  world: World,
  manager: Manager,
  check: Check,
  context: CheckContext,
  done: Done,
): Cancel {
  if (check.kind === 'exec') return askCommand(world, manager, check.command, context, done);
  const finding = find(world, check, context);
  if (finding !== 'silence') return manager.soon(() => done(finding));
  const { timeoutMs } = context;
  const giveUp = () => done(miss(`no answer within ${timeoutMs} ms`));
  return manager.after(timeoutMs, giveUp);
}

function askCommand(
  world: World,
  manager: Manager,
  command: Extract<Check, { kind: 'exec' }>['command'],
  { timeoutMs }: CheckContext,
  done: Done,
): Cancel {
  return run(world, manager, command, { lifeline: null, output: null, timeoutMs }, (outcome) => {
    if (outcome.kind === 'timed-out') done(miss(`no end within ${timeoutMs} ms`));
    else if (outcome.kind === 'not-spawned') done(miss(outcome.reason));
    else if (outcome.exit.code === 0) done({ passed: true });
    else done(miss(`exited with ${outcome.exit.code ?? outcome.exit.signal}`));
  });
}

function find(
  world: World,
  check: Exclude<Check, { kind: 'exec' }>,
  context: CheckContext,
): Finding {
  switch (check.kind) {
    case 'tcp':
    case 'unix':
      return findListener(world, check, context, 'connects');
    case 'protocol':
      return findListener(world, check.at, context, 'answers');
    case 'http':
      return findPage(world, check, context);
    case 'file':
      return world.disk.exists(check.path) ? HIT : miss(`there is no ${check.path}`);
    case 'log':
      return findLine(world, check.pattern, context.log);
    case 'notify':
      return miss('a notification is told, and cannot be asked for');
  }
}

export function strangerAt(world: World, check: Check, tree: Tree): string | null {
  const at = placeOf(check);
  const holders = at === null ? [] : [...world.sockets.holders(addressOf(at))];
  const members = new Set(membersOf(world.table, tree));
  const [stranger] = holders;
  if (at === null || stranger === undefined) return null;
  if (holders.some((holder) => members.has(holder))) return null;
  return `${nameOf(at)} is taken by pid ${stranger.pid}`;
}

/** The OS itself accepts a connection for a process that is stopped; only an answer proves more. */
function findListener(
  world: World,
  endpoint: Endpoint,
  { listenerOf }: CheckContext,
  want: 'connects' | 'answers',
): Finding {
  const holders = [...world.sockets.holders(addressOf(endpoint))];
  if (holders.length === 0) return miss('connection refused');
  if (listenerOf !== null) {
    const members = new Set(membersOf(world.table, listenerOf));
    const isOurs = holders.some((holder) => members.has(holder));
    if (!isOurs)
      return miss(`process ${holders[0]?.pid}, which is not of this service, listens there`);
  }
  return want === 'connects' || holders.some(answers) ? HIT : 'silence';
}

function findPage(
  world: World,
  { url, status }: Extract<Check, { kind: 'http' }>,
  context: CheckContext,
): Finding {
  const { hostname: host, port, protocol } = new URL(url);
  const fallback = protocol === 'https:' ? 443 : 80;
  const at = { kind: 'tcp', host, port: port === '' ? fallback : Number(port) } as const;
  const finding = findListener(world, at, context, 'answers');
  if (finding !== HIT) return finding;
  const server = [...world.sockets.holders(addressOf(at))].find(answers);
  const answer = server?.script.httpStatus ?? 200;
  const isWanted = status === null ? answer >= 200 && answer < 400 : answer === status;
  return isWanted ? HIT : miss(`HTTP status ${answer}`);
}

function findLine(world: World, pattern: string, log: CheckContext['log']): Finding {
  if (log === null) return miss('it has no log');
  const bytes = Buffer.from(world.disk.text(log.path) ?? '');
  const lines = bytes.subarray(log.offset).toString().split('\n');
  const matcher = new RegExp(pattern);
  return lines.some((line) => matcher.test(line)) ? HIT : miss(`no line matches ${pattern}`);
}

function answers(process: SimulatedProcess): boolean {
  return isRunnable(process) && !process.silent && !process.hung;
}

const HIT: CheckOutcome = { passed: true };

function miss(reason: string): CheckOutcome {
  return { passed: false, reason };
}
