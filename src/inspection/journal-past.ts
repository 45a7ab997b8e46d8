/** What the journal's records come to for one service, at the point that has been reached. */
import type { JournalRecord, ServiceMemory } from '../runtime/journal-record.ts';
import { exitMessage, failureMessage } from '../runtime/wording.ts';
import type { Plain, ServiceRow } from './protocol.ts';

export interface Past {
  readonly name: string;
  status: string;
  detail: string;
  cause: string;
  wish: 'up' | 'down' | null;
  by: string | null;
  pid: number | null;
  /** Milliseconds since 1970. */
  startedAt: number | null;
  restarts: number;
  failure: string | null;
  lastExit: string | null;
}

export const unknownPast = (name: string): Past => ({
  name,
  status: 'stopped',
  detail: 'stopped',
  cause: '',
  wish: null,
  by: null,
  pid: null,
  startedAt: null,
  restarts: 0,
  failure: null,
  lastExit: null,
});

export function remember(past: Past, memory: ServiceMemory): void {
  past.status = memory.status;
  past.detail = memory.status;
  past.wish = memory.wish;
  past.pid = memory.process?.pid ?? null;
  past.startedAt = memory.startedWall;
  past.restarts = memory.restarts.length;
  past.failure = memory.failure === null ? null : failureMessage(memory.failure);
  past.lastExit = memory.lastExit === null ? null : exitMessage(memory.lastExit);
}

export function learn(past: Past, record: JournalRecord): void {
  switch (record.type) {
    case 'wish':
      past.wish = record.wish;
      past.by = record.by;
      if (record.wish === 'up') past.restarts = 0;
      return;
    case 'spawned':
      past.pid = record.identity.pid;
      past.startedAt = record.wall;
      return;
    case 'exited':
      past.lastExit = record.reason;
      past.pid = null;
      return;
    case 'verdict':
      if (record.verdict === 'restart') past.restarts += 1;
      return;
    case 'state': {
      past.status = record.to;
      past.detail = record.detail;
      past.cause = record.cause;
      if (record.failure !== undefined) {
        past.failure = record.failure === null ? null : failureMessage(record.failure);
      }
      if (record.process !== undefined) past.pid = record.process?.pid ?? null;
      if (past.pid === null) past.startedAt = null;
      return;
    }
  }
}

/** What the machine's context would show of it. */
export function contextOf(past: Past): Plain {
  const { cause, wish, by, pid, restarts, failure, lastExit } = past;
  return { cause, wish, by, pid, restarts, failure, lastExit };
}

export function rowOf(past: Past, group: string, dependsOn: readonly string[]): ServiceRow {
  const { name, status: state, detail, wish, pid, startedAt, restarts, failure, cause } = past;
  return {
    name,
    group,
    state,
    detail,
    desired: wish ?? 'down',
    pinned: false,
    pid,
    startedAt,
    restarts,
    adopted: false,
    ready: state === 'running' || state === 'completed',
    healthy: state === 'running' && !detail.endsWith('unhealthy'),
    failure,
    why: cause === '' ? state : `${state}: ${cause}`,
    cpu: null,
    rss: null,
    dependsOn,
  };
}
