/**
 * Reads what a journal line holds, once: behind this door every record has all
 * the fields its type promises. Unknown types pass, unknown fields as well.
 */
import type { Status } from '../machines/vocabulary.ts';
import type { Line } from './journal-record.ts';

type Test = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Test>>;

const statuses: Readonly<Record<Status, true>> = {
  adopting: true,
  stopped: true,
  starting: true,
  running: true,
  stopping: true,
  killing: true,
  stuck: true,
  crashed: true,
  backoff: true,
  completed: true,
  failed: true,
};

const isString: Test = (value) => typeof value === 'string';
const isNumber: Test = (value) => typeof value === 'number' && Number.isFinite(value);
const isBoolean: Test = (value) => typeof value === 'boolean';
const isStatus: Test = (value) => typeof value === 'string' && Object.hasOwn(statuses, value);
const isTimes: Test = (value) => Array.isArray(value) && value.every(isNumber);
const oneOf =
  (...words: readonly string[]): Test =>
  (value) =>
    words.includes(value as string);
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);
const orAbsent =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const shaped =
  (shape: Shape): Test =>
  (value) =>
    fits(shape, value);

const isIdentity = shaped({
  bootId: isString,
  pidNamespace: isString,
  pid: isNumber,
  startTime: isNumber,
});
const isExit = shaped({ code: orNull(isNumber), signal: orNull(isString) });
const isFailure = shaped({ kind: isString });
const isWish = oneOf('up', 'down');

const stamp: Shape = { seq: isNumber, at: isNumber, wall: isNumber, boot: isString };

const memory: Shape = {
  service: isString,
  seq: isNumber,
  boot: isString,
  wish: orNull(isWish),
  status: isStatus,
  process: orNull(isIdentity),
  restarts: isTimes,
  completed: isBoolean,
  failure: orNull(isFailure),
  lastExit: orNull(isExit),
  lastExitWall: orNull(isNumber),
  startedAt: orNull(isNumber),
  startedWall: orNull(isNumber),
  ready: isBoolean,
  logOffset: isNumber,
  hash: orNull(isString),
};

const move: Shape = { from: isStatus, to: isStatus, cause: isString };

const records: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['opened', { manager: isNumber, version: isString, config: isString }],
  ['wish', { service: isString, wish: isWish, by: isString }],
  ['spawned', { service: isString, identity: isIdentity, logOffset: isNumber, hash: isString }],
  [
    'state',
    {
      ...move,
      service: isString,
      detail: isString,
      failure: orAbsent(orNull(isFailure)),
      process: orAbsent(orNull(isIdentity)),
    },
  ],
  ['progress', { service: isString, message: isString }],
  ['exited', { service: isString, pid: orNull(isNumber), exit: isExit, reason: isString }],
  [
    'verdict',
    {
      service: isString,
      verdict: oneOf('restart', 'rest', 'giveUp'),
      message: isString,
      restarts: isTimes,
    },
  ],
  ['completed', { service: isString }],
  [
    'stopOutcome',
    {
      service: isString,
      outcome: shaped({ by: orNull(isString), killed: isBoolean, tookMs: isNumber }),
    },
  ],
  ['removed', { service: isString }],
  ['group', { ...move, group: isString }],
  ['defect', { service: isString, reason: isString }],
  ['degraded', { reason: isString }],
  ['healed', {}],
  ['closed', { services: oneOf('stop', 'leave') }],
]);

const others: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ['journal', { version: isNumber, seq: isNumber, memories: isNumber }],
  ['memory', { memory: shaped(memory) }],
]);

/** Whether a parsed line is one that the rest of the journal can rely on. */
export function isSound(line: unknown): line is Line {
  if (!fits({ type: isString }, line)) return false;
  const { type } = line as Line;
  const other = others.get(type);
  if (other !== undefined) return fits(other, line);
  return fits(stamp, line) && fits(records.get(type) ?? {}, line);
}

function fits(shape: Shape, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name in shape) {
    if (shape[name]?.(fields[name]) !== true) return false;
  }
  return true;
}
