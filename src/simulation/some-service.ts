/** Random services, of every kind that there is; `programs.ts` has what they run. */
import type { Dependency, Name, ReadinessSpec, ServiceSpec } from '../machines/vocabulary.ts';
import type { Dice } from './dice.ts';
import { command, restart, service } from './specs.ts';

type Kind = 'plain' | 'listening' | 'forking' | 'notifying' | 'oneshot' | 'prepared' | 'talking';

const kinds: readonly Kind[] = [
  ...(['plain', 'plain', 'plain', 'listening', 'listening'] as const),
  ...(['forking', 'notifying', 'oneshot', 'prepared', 'talking'] as const),
];

export const fatalCode = 78;

export function someService(dice: Dice, name: Name, dependsOn: readonly Dependency[]): ServiceSpec {
  const kind = dice.pick(kinds);
  return service(name, {
    dependsOn,
    settleMs: dice.pick([0, 100, 500]),
    restart: restart({
      type: dice.pick(['permanent', 'permanent', 'transient', 'temporary']),
      intensity: dice.between(0, 3),
      periodMs: dice.pick([10_000, 30_000]),
      delayMs: dice.pick([0, 100, 1_000]),
      jitter: 0.1,
      maxDelayMs: 5_000,
      resetAfterMs: 5_000,
      fatalExitCodes: [fatalCode],
    }),
    stop: {
      steps: dice.chance(30)
        ? [
            { signal: 'SIGQUIT', waitMs: 1_000 },
            { signal: 'SIGTERM', waitMs: 1_000 },
          ]
        : [{ signal: 'SIGTERM', waitMs: dice.pick([500, 2_000]) }],
      scope: dice.pick(['process', 'group']),
      sweepMs: 500,
      killWaitMs: 500,
      waitReadyMs: dice.chance(15) ? 3_000 : 0,
    },
    health: dice.chance(25) && kind === 'listening' ? healthOf(name) : null,
    reload: dice.chance(50) ? { test: null, by: { signal: 'SIGHUP' } } : null,
    ...ofKind(kind, name),
  });
}

const portOf = (name: Name): number => 8000 + Number(name.slice(1));
const pidFileOf = (name: Name): string => `/run/${name}.pid`;

const ready = (check: ReadinessSpec['check'], ownsListener = false): ReadinessSpec => ({
  ...{ check, ownsListener, everyMs: 250, tryMs: 300, timeoutMs: 2_000 },
});

function healthOf(name: Name): NonNullable<ServiceSpec['health']> {
  return {
    check: { kind: 'http', url: `http://127.0.0.1:${portOf(name)}/`, status: null },
    ...{ everyMs: 1_000, tryMs: 300, retries: 2, startPeriodMs: 0, onFailure: 'restart' },
  };
}

function ofKind(kind: Kind, name: Name): Partial<ServiceSpec> {
  switch (kind) {
    case 'plain':
      return {};
    case 'listening':
      return { ready: ready({ kind: 'tcp', host: '127.0.0.1', port: portOf(name) }, true) };
    case 'forking':
      return { type: 'forking', pidFile: { path: pidFileOf(name), waitMs: 1_000 } };
    case 'notifying':
      return { type: 'notify', ready: ready({ kind: 'notify' }) };
    case 'talking':
      return { ready: ready({ kind: 'log', pattern: 'ready' }) };
    case 'oneshot':
      return { type: 'oneshot', restart: restart({ type: 'transient', intensity: 1 }) };
    case 'prepared':
      return { prepare: [initOf(name)] };
  }
}

function initOf(name: Name): ServiceSpec['prepare'][number] {
  return {
    ...{ name: 'init', unlessExists: `/data/${name}`, files: [], removeStale: [], owner: null },
    directories: [{ path: '/data', mode: 0o700 }],
    command: command(`init-${name}`),
    staging: { from: `/data/${name}.new`, to: `/data/${name}` },
    timeoutMs: 3_000,
  };
}
