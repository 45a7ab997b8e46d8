/** Complete specs with short defaults, for stories about machines. */
import type {
  ChildSpec,
  CommandSpec,
  Condition,
  GroupSpec,
  LiftedDependency,
  ServiceSpec,
} from '../../src/machines/vocabulary.ts';
import * as simulated from '../../src/simulation/specs.ts';

export const command = (...argv: [string, ...string[]]): CommandSpec => ({
  ...simulated.command(...argv),
  cwd: '/srv',
});

export const restart = simulated.restart;

export const service = (name: string, changes: Partial<ServiceSpec> = {}): ServiceSpec =>
  simulated.service(name, {
    command: command(name),
    logs: { path: `/state/logs/${name}.log`, maxBytes: 1e6, maxFiles: 3, errorLog: null },
    lifeline: `/state/run/${name}.lifeline`,
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
): GroupSpec =>
  simulated.group(
    name,
    children.map((one) => ('spec' in one ? one : child(one))),
    changes,
  );

export const root = (
  children: readonly (ChildSpec | ServiceSpec | GroupSpec)[],
  changes: Partial<GroupSpec> = {},
): GroupSpec => group('root', children, { onExceeded: 'isolate', ...changes });
