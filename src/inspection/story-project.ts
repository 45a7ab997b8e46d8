/**
 * The definitions of a recording as a project that runs on the simulated kernel. What a
 * recording does not tell has its default, and what would touch a real system is
 * replaced: programs are named after their services and say themselves when they are ready.
 */
import type {
  ChildSpec,
  Dependency,
  GroupSpec,
  LiftedDependency,
  ProjectSpec,
  RestartSpec,
  ServiceSpec,
} from '../machines/vocabulary.ts';
import { rootName } from '../services/tree.ts';
import type { Plain, Recording } from './protocol.ts';
import { actorsOf, type Role } from './role.ts';
import { delaysOf } from './story-restart.ts';

export type StoryProject = ProjectSpec;

interface Branch {
  readonly name: string;
  readonly parent: string | null;
}

const restart: RestartSpec = {
  type: 'permanent',
  intensity: 1_000,
  periodMs: 60_000,
  delayMs: 1_000,
  factor: 2,
  maxDelayMs: 30_000,
  jitter: 0,
  resetAfterMs: 30_000,
  successExitCodes: [0],
  fatalExitCodes: [],
};

const stop: ServiceSpec['stop'] = {
  steps: [{ signal: 'SIGTERM', waitMs: 10_000 }],
  scope: 'process',
  sweepMs: 3_000,
  killWaitMs: 5_000,
  waitReadyMs: 0,
};

export function projectOf(recording: Recording, roles: readonly Role[]): StoryProject {
  const branches = branchesOf(recording);
  const services = new Map(roles.map((role) => [role.name, serviceOf(recording, role)]));
  const root = branches.find(({ parent }) => parent === null)?.name ?? rootName;
  return {
    name: recording.info.name,
    stateDir: '/story',
    shutdownTimeoutMs: 60_000,
    root: groupOf(recording, root, branches, services),
  };
}

/** Every group and service under the group that it is in. */
function branchesOf(recording: Recording): readonly Branch[] {
  const actors = actorsOf(recording);
  const nameOf = new Map(actors.map(({ actor, group }) => [actor, group]));
  const branches = actors.flatMap(({ service, group, parent }): Branch[] => {
    const name = service ?? group;
    const above = parent === null ? null : (nameOf.get(parent) ?? null);
    return name === null ? [] : [{ name, parent: above }];
  });
  return [...new Map(branches.map((branch) => [branch.name, branch])).values()];
}

function groupOf(
  recording: Recording,
  name: string,
  branches: readonly Branch[],
  services: ReadonlyMap<string, ServiceSpec>,
): GroupSpec {
  const members = branches.filter(({ parent }) => parent === name);
  const known = specOf(contextOf(recording, name)?.['fleet'], 'plan') as Partial<GroupSpec>;
  const children = members.map((member): ChildSpec => {
    const spec = services.get(member.name) ?? groupOf(recording, member.name, branches, services);
    return { spec, needs: needsOf(member.name, name, branches, services) };
  });
  return {
    kind: 'group',
    name,
    description: null,
    strategy: known.strategy ?? 'one_for_one',
    intensity: known.intensity ?? 1_000,
    periodMs: known.periodMs ?? 60_000,
    onExceeded: known.onExceeded ?? (name === rootName ? 'isolate' : 'escalate'),
    restart: { ...restart, ...known.restart, jitter: 0 },
    children: inStartOrder(children),
  };
}

/** What is at or below one child of a group needs of what is at or below its siblings. */
function needsOf(
  member: string,
  group: string,
  branches: readonly Branch[],
  services: ReadonlyMap<string, ServiceSpec>,
): readonly LiftedDependency[] {
  const parents = new Map(branches.map(({ name, parent }) => [name, parent]));
  const childAbove = (name: string): string | null => {
    const parent = parents.get(name);
    if (parent === group) return name;
    return parent === undefined || parent === null ? null : childAbove(parent);
  };
  const inside = [...services.values()].filter(({ name }) => childAbove(name) === member);
  return inside.flatMap(({ dependsOn }) =>
    dependsOn.flatMap(({ name, condition, restart: again }): LiftedDependency[] => {
      const sibling = childAbove(name);
      if (sibling === null || sibling === member) return [];
      return [{ sibling, target: name, condition, restart: again }];
    }),
  );
}

function inStartOrder(children: readonly ChildSpec[]): readonly ChildSpec[] {
  const ordered: ChildSpec[] = [];
  const put = (child: ChildSpec): void => {
    if (ordered.includes(child)) return;
    for (const { sibling } of child.needs) {
      const other = children.find(({ spec }) => spec.name === sibling);
      if (other !== undefined && other !== child) put(other);
    }
    ordered.push(child);
  };
  for (const child of children) put(child);
  return ordered;
}

function serviceOf(recording: Recording, role: Role): ServiceSpec {
  const { name } = role;
  const known = ((contextOf(recording, name)?.['spec'] as Plain) ?? {}) as Partial<ServiceSpec>;
  const row = recording.services.find((one) => one.name === name);
  const fromRow = (row?.dependsOn ?? []).map(
    (on): Dependency => ({ name: on, condition: 'ready', restart: false }),
  );
  const isOneshot = known.type === 'oneshot';
  return {
    kind: 'service',
    name,
    description: null,
    type: isOneshot ? 'oneshot' : 'notify',
    command: {
      argv: [name],
      cwd: '/story',
      env: {},
      credentials: null,
      umask: null,
      nice: null,
      limits: {},
    },
    autostart: false,
    prepare: [],
    pidFile: null,
    ready: isOneshot ? null : readiness(known.ready?.timeoutMs),
    settleMs: known.settleMs ?? 1_000,
    health: null,
    reload: null,
    restart: { ...restart, ...(known.restart ?? delaysOf(role)), jitter: 0 },
    stop: { ...stop, ...known.stop, steps: signalsOf(known.stop?.steps ?? stop.steps) },
    dependsOn: known.dependsOn ?? fromRow,
    logs: { path: `/story/logs/${name}.log`, maxBytes: 1e6, maxFiles: 1, errorLog: null },
    lifeline: `/story/run/${name}.lifeline`,
    labels: {},
    hash: 'recorded',
  };
}

function readiness(timeoutMs = 86_400_000): ServiceSpec['ready'] {
  const check = { kind: 'notify' } as const;
  return { check, ownsListener: false, everyMs: 1_000, tryMs: 1_000, timeoutMs };
}

/** A command that stops a service is a signal to a simulated one. */
function signalsOf(steps: ServiceSpec['stop']['steps']): ServiceSpec['stop']['steps'] {
  return steps.map((step) =>
    'signal' in step ? step : { signal: 'SIGTERM', waitMs: step.waitMs },
  );
}

/** The first that is told of it. */
function contextOf(recording: Recording, name: string): Readonly<Record<string, Plain>> | null {
  const actors = actorsOf(recording).filter(
    ({ service, group }) => service === name || group === name,
  );
  const numbers = new Set(actors.map(({ actor }) => actor));
  const first = recording.baseline.actors.map(({ state }) => state);
  for (const record of [...first, ...recording.records]) {
    if (record?.kind !== 'state' || !numbers.has(record.actor)) continue;
    if (record.context !== undefined) return record.context as Readonly<Record<string, Plain>>;
  }
  return null;
}

function specOf(value: Plain | undefined, key: string): object {
  const inner = (value as Readonly<Record<string, Plain>> | null | undefined)?.[key];
  const { spec } = (inner ?? {}) as { readonly spec?: object };
  return spec ?? {};
}
