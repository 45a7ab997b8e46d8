/** A client that answers what a test says, and a screen that remembers what was written. */

import type { Options } from '../../src/cli/options.ts';
import { Screen } from '../../src/cli/render/screen.ts';
import type { Session } from '../../src/cli/session.ts';
import type {
  Client,
  EventInfo,
  Operation,
  ServiceInfo,
  StatusInfo,
} from '../../src/control/client.ts';

export interface Setting {
  readonly words?: readonly string[];
  readonly options?: Options;
  /** Columns of a terminal; absent: it is piped. */
  readonly columns?: number;
  /** Standard error is a terminal. */
  readonly isWatched?: boolean;
  readonly colour?: boolean;
}

export function sessionOf(client: Partial<Client>, setting: Setting = {}) {
  const { words = [], options = {}, columns, isWatched = false, colour = false } = setting;
  let out = '';
  let error = '';
  const screen = new Screen({
    out: {
      write: (text) => {
        out += text;
      },
      isTTY: columns !== undefined,
      ...(columns === undefined ? {} : { columns, rows: 10 }),
    },
    error: {
      write: (text) => {
        error += text;
      },
      isTTY: isWatched,
    },
    env: colour ? {} : { NO_COLOR: '1' },
  });
  const session: Session = { client: client as Client, screen, words, options };
  return {
    session,
    screen,
    out: () => out,
    error: () => error,
    lines: () => out.trimEnd().split('\n'),
  };
}

export const now = Date.now();

export const serviceOf = (fields: Partial<ServiceInfo> = {}): ServiceInfo => ({
  ...{ name: 'web', group: 'root', description: null, type: 'simple', state: 'running' },
  ...{
    detail: 'running.healthy',
    desired: 'up',
    pinned: false,
    pid: 4711,
    startedAt: now - 61_000,
  },
  ...{ readyAt: now - 60_000, restarts: 0, adopted: false, ready: true, healthy: true },
  ...{ tracking: 'tree', lastExit: null, failure: null, why: 'web is running for 1 min, pid 4711' },
  ...{ dependsOn: [], autostart: true, labels: {}, cpu: 1.25, rss: 52_428_800, ports: [8080] },
  ...fields,
});

export const statusOf = (
  services: readonly ServiceInfo[],
  groups: StatusInfo['groups'] = [],
): StatusInfo => ({
  daemon: {
    ...{ pid: 99, version: '0.1.0', apiVersion: 1, node: 'v20.20.2', startedAt: now - 3_600_000 },
    ...{ project: 'shop', file: '/srv/drover.yaml', stateDir: '/srv/.drover' },
    ...{ socket: '/srv/.drover/control.sock', url: null, degraded: [], memory: 70_000_000 },
    ...{ eventLoopLagMs: 0.4, clients: 1 },
  },
  services: [...services],
  groups,
});

export const operationOf = (fields: Partial<Operation> = {}): Operation => ({
  ...{ id: 'a-1', verb: 'stop', names: ['web'], by: 'drover stop', state: 'done' },
  ...{ startedAt: now, endedAt: now, outcomes: [], changes: [], error: null },
  ...fields,
});

/** A stream that ends. */
export async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

export const stateEvent = (seq: number, service: string, to: ServiceInfo['state']): EventInfo => ({
  ...{ seq, at: now, type: 'service.state', service, from: 'stopped', to, detail: to },
  ...{ pid: to === 'running' ? 4711 : null, cause: 'somebody asked' },
});
