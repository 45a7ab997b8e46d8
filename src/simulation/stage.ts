/**
 * Somebody's configuration as it can be played on a simulated system: programs are named
 * after their services, and what would be looked for on a real machine has a place here.
 */
import type {
  Check,
  ChildSpec,
  CommandSpec,
  GroupSpec,
  Name,
  ProjectSpec,
  ServiceSpec,
  StopStep,
} from '../machines/vocabulary.ts';
import { readyLine } from './good-programs.ts';
import { command, lifelineOf, stateDir } from './specs.ts';

export function staged(project: ProjectSpec): ProjectSpec {
  return { ...project, stateDir, root: stagedGroup(project.root) };
}

function stagedGroup(group: GroupSpec): GroupSpec {
  const children = group.children.map((child): ChildSpec => {
    const { spec } = child;
    return { ...child, spec: spec.kind === 'group' ? stagedGroup(spec) : stagedService(spec) };
  });
  return { ...group, children };
}

function stagedService(spec: ServiceSpec): ServiceSpec {
  const { name, ready, health, stop, reload, prepare } = spec;
  const helper = (what: string) => played(name, what);
  return {
    ...spec,
    command: played(name, null),
    lifeline: lifelineOf(name),
    logs: { ...spec.logs, path: `${stateDir}/logs/${name}.log`, errorLog: null },
    ready: ready && { ...ready, check: stagedCheck(ready.check, helper('ready')) },
    health: health && { ...health, check: stagedCheck(health.check, helper('health')) },
    reload: reload && {
      test: reload.test && helper('reload-test'),
      by: 'command' in reload.by ? { command: helper('reload') } : reload.by,
    },
    stop: { ...stop, steps: stop.steps.map(stagedStep) },
    prepare: prepare.map((step, index) => ({
      ...step,
      owner: null,
      command: step.command && helper(`prepare-${index + 1}`),
    })),
  };
}

/** A command that stops a service is a signal to a simulated one. */
const stagedStep = (step: StopStep): StopStep =>
  'command' in step ? { signal: 'SIGTERM', waitMs: step.waitMs } : step;

function stagedCheck(check: Check, helper: CommandSpec): Check {
  if (check.kind === 'exec') return { kind: 'exec', command: helper };
  return check.kind === 'log' ? { kind: 'log', pattern: readyLine } : check;
}

const played = (name: Name, what: string | null): CommandSpec =>
  command(what === null ? name : `${name}:${what}`);
