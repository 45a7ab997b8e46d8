/** Complete specs with short defaults, for stories about machines. */
import type {
  ChildSpec,
  CommandSpec,
  Condition,
  GroupSpec,
  LiftedDependency,
  RestartSpec,
  ServiceSpec,
} from '../../src/machines/vocabulary.ts';

export const command = (...argv: [string, ...string[]]): CommandSpec => ({
  argv,
  cwd: '/srv',
  env: {},
  credentials: null,
  umask: null,
  nice: null,
  limits: {},
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

export const service = (name: string, changes: Partial<ServiceSpec> = {}): ServiceSpec => ({
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
  logs: { path: `/state/logs/${name}.log`, maxBytes: 1e6, maxFiles: 3, errorLog: null },
  lifeline: `/state/run/${name}.lifeline`,
  labels: {},
  hash: 'h1',
  ...changes,
});

export const need = (
  sibling: string,
  condition: Condition = 'ready',
  changes: Partial<LiftedDependency> = {},
): LiftedDependency => ({ sibling, target: sibling, condition, restart: false, ...changes });

export const child = (
  spec: ServiceSpec | GroupSpec,
  ...needs: readonly (string | LiftedDependency)[]
): ChildSpec => ({
  spec,
  needs: needs.map((one) => (typeof one === 'string' ? need(one) : one)),
});

export const group = (
  name: string,
  children: readonly (ChildSpec | ServiceSpec | GroupSpec)[],
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
  children: children.map((one) => ('spec' in one ? one : child(one))),
  ...changes,
});

export const root = (
  children: readonly (ChildSpec | ServiceSpec | GroupSpec)[],
  changes: Partial<GroupSpec> = {},
): GroupSpec => group('root', children, { onExceeded: 'isolate', ...changes });
