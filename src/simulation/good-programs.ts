/** How the programs of services behave when nothing is wrong with them, as their specs expect it. */
import type { Program } from '../kernel/simulated/program.ts';
import type {
  Check,
  Endpoint,
  GroupSpec,
  PrepareStep,
  ServiceSpec,
} from '../machines/vocabulary.ts';
import { servicesOf } from '../services/members.ts';

/** By the name of the program: each start takes the next of them, the last one repeats. */
export type Programs = Readonly<Record<string, readonly Program[]>>;

export function goodPrograms(root: GroupSpec): Programs {
  const programs: Record<string, readonly Program[]> = {};
  for (const spec of servicesOf(root)) {
    programs[programOf(spec.command)] = [goodProgram(spec)];
    for (const step of spec.prepare) {
      if (step.command !== null) programs[programOf(step.command)] = [goodInit(step)];
    }
    for (const helper of helpersOf(spec)) programs[programOf(helper)] = [{ exitsAfterMs: 5 }];
  }
  return programs;
}

export const programOf = ({ argv: [path] }: ServiceSpec['command']): string =>
  path.slice(path.lastIndexOf('/') + 1);

export function goodProgram({ type, pidFile, ready, health }: ServiceSpec): Program {
  const checks = [ready?.check, health?.check].filter((check) => check !== undefined);
  const listensOn = [...new Set(checks.flatMap(placesOf))];
  const files = checks.flatMap((check) => (check.kind === 'file' ? [check.path] : []));
  const isTalking = checks.some(({ kind }) => kind === 'log');
  return {
    ...(pidFile === null ? {} : { daemonises: {}, pidFile: { path: pidFile.path } }),
    ...(type === 'notify' || ready?.check.kind === 'notify' ? { notifiesReadyAfterMs: 50 } : {}),
    ...(type === 'oneshot' ? { exitsAfterMs: 100 } : {}),
    ...(listensOn.length === 0 ? {} : { listensOn }),
    ...(isTalking ? { prints: [{ afterMs: 30, line: readyLine }] } : {}),
    ...(files[0] === undefined || pidFile !== null ? {} : { pidFile: { path: files[0] } }),
  };
}

/** What a good program prints once it is ready. */
export const readyLine = 'ready now';

export function goodInit({ staging, unlessExists }: PrepareStep): Program {
  const made = staging === null ? [] : [`${staging.from}/`];
  const proof = unlessExists === null || staging === null ? null : within(staging, unlessExists);
  return { exitsAfterMs: 10, creates: proof === null ? made : [...made, proof] };
}

/** Where the path is that will prove the step done, while it is still being built. */
function within({ from, to }: { from: string; to: string }, path: string): string | null {
  return path.startsWith(`${to}/`) ? `${from}${path.slice(to.length)}` : null;
}

/** Commands that are run beside a service: checks, and what tests and tells of a reload. */
export function helpersOf({ ready, health, reload, stop }: ServiceSpec): ServiceSpec['command'][] {
  const checks = [ready?.check, health?.check].flatMap((check) =>
    check?.kind === 'exec' ? [check.command] : [],
  );
  const reloads =
    reload === null ? [] : [reload.test, 'command' in reload.by ? reload.by.command : null];
  const stops = stop.steps.map((step) => ('command' in step ? step.command : null));
  return [...checks, ...reloads, ...stops].filter((one) => one !== null);
}

function placesOf(check: Check): (number | string)[] {
  switch (check.kind) {
    case 'tcp':
    case 'unix':
      return [placeOf(check)];
    case 'protocol':
      return [placeOf(check.at)];
    case 'http': {
      const { port, protocol } = new URL(check.url);
      return [port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)];
    }
    default:
      return [];
  }
}

const placeOf = (at: Endpoint): number | string => (at.kind === 'tcp' ? at.port : at.path);
