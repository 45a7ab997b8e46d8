/**
 * Services that an earlier manager left running and that the configuration does not
 * define any more. They are taken into the tree as they are, and leave it like
 * anything that is removed: stopped first, then forgotten.
 */
import type { Kernel } from '../kernel/port.ts';
import type { GroupSpec, Name, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import type { RecoveredState } from './journal-fold.ts';

/** The tree with the orphans in it; the very same where there are none. */
export function withOrphans(
  kernel: Kernel,
  spec: ProjectSpec,
  defined: ReadonlySet<Name>,
  recovered: RecoveredState,
): GroupSpec {
  const orphans = [...recovered.services.values()]
    .filter(({ service }) => !defined.has(service))
    .filter(({ service, process }) => isLeft(kernel, lifelineOf(spec, service), process))
    .map(({ service }) => orphan(spec, service));
  if (orphans.length === 0) return spec.root;
  const children = orphans.map((service) => ({ spec: service, needs: [] }));
  return { ...spec.root, children: [...spec.root.children, ...children] };
}

function isLeft(
  kernel: Kernel,
  lifeline: string,
  process: Parameters<Kernel['isAlive']>[0] | null,
): boolean {
  return kernel.isHeld(lifeline) || (process !== null && kernel.isAlive(process));
}

const lifelineOf = ({ stateDir }: ProjectSpec, name: Name): string =>
  `${stateDir}/run/${name}.lifeline`;

/** How it liked to be stopped is not known any more, so it is asked as most programs like it. */
function orphan(spec: ProjectSpec, name: Name): ServiceSpec {
  const { stateDir } = spec;
  const argv = ['false'] as const;
  return {
    kind: 'service',
    name,
    description: 'no longer defined',
    type: 'simple',
    command: { argv, cwd: '/', env: {}, credentials: null, umask: null, nice: null, limits: {} },
    autostart: false,
    prepare: [],
    pidFile: null,
    ready: null,
    settleMs: 0,
    health: null,
    reload: null,
    restart: {
      type: 'temporary',
      intensity: 0,
      periodMs: 0,
      delayMs: 0,
      factor: 1,
      maxDelayMs: 0,
      jitter: 0,
      resetAfterMs: 0,
      successExitCodes: [0],
      fatalExitCodes: [],
    },
    stop: {
      steps: [{ signal: 'SIGTERM', waitMs: 10_000 }],
      scope: 'process',
      sweepMs: 5_000,
      killWaitMs: 5_000,
      waitReadyMs: 0,
    },
    dependsOn: [],
    logs: { path: `${stateDir}/logs/${name}.log`, maxBytes: 1e7, maxFiles: 1, errorLog: null },
    lifeline: lifelineOf(spec, name),
    labels: {},
    hash: '',
  };
}
