/** Complete specs for services that nobody wrote down: every default filled in. */
import type {
  ChildSpec,
  CommandSpec,
  GroupSpec,
  Name,
  RestartSpec,
  ServiceSpec,
} from '../machines/vocabulary.ts';

/** A place that no real machine has, so that nothing of the simulation is looked for on it. */
export const stateDir = '/simulated/state';

export const lifelineOf = (name: Name): string => `${stateDir}/run/${name}.lifeline`;

export const command = (...argv: [string, ...string[]]): CommandSpec => ({
  ...{ argv, cwd: '/', env: {}, credentials: null, umask: null, nice: null, limits: {} },
});

export const restart = (changes: Partial<RestartSpec> = {}): RestartSpec => ({
  type: 'permanent',
  intensity: 3,
  periodMs: 60_000,
  delayMs: 1_000,
  factor: 2,
  maxDelayMs: 30_000,
  jitter: 0,
  resetAfterMs: 30_000,
  successExitCodes: [0],
  fatalExitCodes: [],
  ...changes,
});

export const service = (name: Name, changes: Partial<ServiceSpec> = {}): ServiceSpec => ({
  kind: 'service',
  name,
  description: null,
  type: 'simple',
  command: command(name),
  autostart: true,
  prepare: [],
  pidFile: null,
  ready: null,
  settleMs: 1_000,
  health: null,
  reload: null,
  restart: restart(),
  stop: {
    steps: [{ signal: 'SIGTERM', waitMs: 5_000 }],
    scope: 'process',
    sweepMs: 3_000,
    killWaitMs: 2_000,
    waitReadyMs: 0,
  },
  dependsOn: [],
  logs: { path: `${stateDir}/logs/${name}.log`, maxBytes: 1e7, maxFiles: 3, errorLog: null },
  lifeline: lifelineOf(name),
  labels: {},
  hash: 'h0',
  ...changes,
});

export const group = (
  name: Name,
  children: readonly ChildSpec[],
  changes: Partial<GroupSpec> = {},
): GroupSpec => ({
  kind: 'group',
  name,
  description: null,
  strategy: 'one_for_one',
  intensity: 3,
  periodMs: 60_000,
  onExceeded: 'escalate',
  restart: restart(),
  children,
  ...changes,
});
