/** What a compose file says under `deploy`, and of how many copies there are. Pure. */
import type { DraftService, Fields } from './draft.ts';
import { isTable, type Table } from './table.ts';

export interface Copies {
  readonly count: number;
  /** Why it is one where more were written; null: it is as it was written. */
  readonly lost: readonly [what: string, advice: string] | null;
}

/** `isKnown`: what they run is known, and is no server that drover has a preset for. */
export function copiesOf(fields: Table, isKnown: boolean): Copies {
  const replicas = deployOf(fields)['replicas'];
  const written = replicas ?? fields['scale'] ?? 1;
  const what = `${replicas === undefined ? 'scale' : 'deploy.replicas'}: ${written}`;
  const count = Number(written);
  if (!Number.isInteger(count) || count < 0) {
    return { count: 1, lost: [what, 'write one service for each copy'] };
  }
  if (count < 2) return { count, lost: null };
  if (!isKnown) return { count: 1, lost: [what, 'write one service for each copy'] };
  const obstacle = listening(fields);
  if (obstacle === null) return { count, lost: null };
  const advice = `${obstacle}: write one service for each copy, with a port of its own`;
  return { count: 1, lost: [what, advice] };
}

/** All are on one machine, where only one can have the port that each has in its container. */
function listening(fields: Table): string | null {
  const ports = [fields['ports'] ?? [], fields['expose'] ?? []].flat();
  if (ports.length > 0) return 'its copies would listen at the same port of this machine';
  const { test } = isTable(fields['healthcheck']) ? fields['healthcheck'] : {};
  const isAsked = /\b(?:localhost|127\.0\.0\.1)\b/.test([test ?? []].flat().join(' '));
  return isAsked ? 'its healthcheck asks at one port, which only one of its copies can have' : null;
}

const policies: Readonly<Record<string, string>> = {
  none: 'no',
  'on-failure': 'on-failure',
  any: 'always',
};

/** undefined: nothing is said there, and `restart` holds. */
export function deployRestart(fields: Table): unknown {
  const written = deployOf(fields)['restart_policy'];
  if (!isTable(written)) return undefined;
  const { condition = 'any', delay, max_attempts: most, window } = written;
  const policy = policies[String(condition)] ?? 'always';
  if (policy === 'no') return policy;
  const more: Fields = {
    // It does not grow there.
    ...(delay === undefined ? {} : { delay, factor: 1 }),
    ...(most === undefined ? {} : { intensity: Number(most) }),
    // Without a window they are counted for as long as it runs.
    ...(most === undefined ? {} : { period: window ?? '1h' }),
  };
  return Object.keys(more).length === 0 ? policy : { policy, ...more };
}

export const deployLabels = (fields: Table): unknown => deployOf(fields)['labels'];

export function loseDeploy(service: DraftService, fields: Table): void {
  const { replicas, restart_policy: restart, labels, resources, ...others } = deployOf(fields);
  const { limits, ...reserved } = isTable(resources) ? resources : {};
  for (const [name, limit] of Object.entries(isTable(limits) ? limits : {})) {
    const what = `deploy.resources.limits.${name}`;
    service.lose(typeof limit === 'object' ? what : `${what}: ${limit}`, resourceAdvice(name));
  }
  for (const name of Object.keys(reserved)) {
    service.lose(`deploy.resources.${name}`, 'nothing is set aside on this machine');
  }
  for (const [name, value] of Object.entries(others)) {
    const what = `deploy.${name}`;
    const isWord = typeof value !== 'object';
    if (name === 'mode' && value === 'replicated') continue;
    service.lose(isWord ? `${what}: ${value}` : what, 'it is of a swarm, and this is one machine');
  }
}

/** Not taken for one another: a program may need far more addresses than memory. */
const resourceAdvices: Readonly<Record<string, string>> = {
  memory:
    'there is no such thing; limits: { as: ... } is of the kernel and counts addresses, of which many programs have far more than memory',
  pids: 'there is no such thing; limits: { nproc: ... } counts all processes of the account',
};

const resourceAdvice = (name: string): string => resourceAdvices[name] ?? 'there is no such thing';

function deployOf(fields: Table): Table {
  return isTable(fields['deploy']) ? fields['deploy'] : {};
}
