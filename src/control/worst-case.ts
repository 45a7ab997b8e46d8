/**
 * A configuration as a dry run needs it: only what is up, and every program as slow
 * as its definition allows. The machines that run it are the real ones.
 */
import type { ChildSpec, GroupSpec, Name, ServiceSpec, StopStep } from '../machines/vocabulary.ts';
import type { ServiceStatus } from '../runtime/api.ts';

/** What a stop command runs as: it never ends by itself. */
export const stopCommand = 'stop-command';

/** Deaf to everything but SIGKILL. */
export const slowest = { stopsAfterMs: Number.POSITIVE_INFINITY } as const;

/** Longer than any dry run: it was starting when it was asked, and goes on. */
const neverMs = 1_000_000_000;

type Statuses = ReadonlyMap<Name, ServiceStatus>;

export const isUp = (status: ServiceStatus | undefined): boolean => (status?.pid ?? null) !== null;

export function worstCase(root: GroupSpec, statuses: Statuses): GroupSpec {
  const present = new Set<Name>();
  note(root, statuses, present);
  return groupOf(root, statuses, present);
}

/** Services that are up, and groups that hold any. */
function note(group: GroupSpec, statuses: Statuses, present: Set<Name>): boolean {
  for (const { spec } of group.children) {
    const isPresent =
      spec.kind === 'group' ? note(spec, statuses, present) : isUp(statuses.get(spec.name));
    if (isPresent) present.add(spec.name);
  }
  return group.children.some(({ spec }) => present.has(spec.name));
}

function groupOf(group: GroupSpec, statuses: Statuses, present: ReadonlySet<Name>): GroupSpec {
  return {
    ...group,
    children: group.children
      .filter(({ spec }) => present.has(spec.name))
      .map(
        ({ spec, needs }): ChildSpec => ({
          // What it needs and is not up, it has been started without.
          needs: needs.filter(
            ({ sibling, target, condition }) =>
              present.has(sibling) && present.has(target) && condition !== 'completed',
          ),
          spec:
            spec.kind === 'group'
              ? groupOf(spec, statuses, present)
              : serviceOf(spec, statuses.get(spec.name)),
        }),
      ),
  };
}

function serviceOf(spec: ServiceSpec, status: ServiceStatus | undefined): ServiceSpec {
  const isStarting = status?.state === 'starting';
  return {
    ...spec,
    ...{ type: 'simple', prepare: [], pidFile: null, ready: null, health: null },
    command: { ...spec.command, argv: [spec.name], credentials: null },
    // Ready at the last moment.
    settleMs: isStarting ? neverMs : (spec.ready?.timeoutMs ?? spec.settleMs),
    stop: { ...spec.stop, steps: spec.stop.steps.map(stepOf) },
    dependsOn: [],
  };
}

function stepOf(step: StopStep): StopStep {
  if ('signal' in step) return step;
  return { ...step, command: { ...step.command, argv: [stopCommand], credentials: null } };
}
