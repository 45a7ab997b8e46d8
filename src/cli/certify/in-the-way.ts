/** What would make it a second copy of the user's own service, or keep it from starting. Only looks. */
import type { Kernel } from '../../kernel/port.ts';
import type { ServiceSpec } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import { checkPorts } from '../doctor/ports.ts';
import type { Scratch } from './scratch.ts';

/** Throws `already-running`, `port-taken`. */
export function mustBeAlone(kernel: Kernel, scratch: Scratch): void {
  const { original, project, spec, isMoved } = scratch;
  if (!isMoved) mustNotRun(kernel, original);
  const patient = { spec: project, stateDir: project.stateDir, own: new Set<number>() };
  const taken = checkPorts({ ...patient, isDaemonUp: false }).find(
    ({ code }) => code === 'port-taken',
  );
  if (taken === undefined) return;
  const isOther = taken.service !== null && taken.service !== spec.name;
  throw new SupervisorError(
    'port-taken',
    `cannot certify "${spec.name}": ${taken.message}`,
    isOther
      ? `stop what runs there; or with --no-deps it is certified with the "${taken.service}" that runs`
      : taken.advice,
  );
}

/** A second copy would share its port, its files and its PID file. */
function mustNotRun(kernel: Kernel, { name, lifeline, pidFile }: ServiceSpec): void {
  if (kernel.isHeld(lifeline)) {
    const [first] = kernel.members({ lifeline, main: null, known: [] });
    const who = first === undefined ? '' : `, pid ${first.pid}`;
    throw new SupervisorError(
      'already-running',
      `cannot certify "${name}": it runs${who}, and a second copy would use the same port and files`,
      `drover stop ${name} first, and start it again afterwards`,
    );
  }
  const reading = pidFile === null ? null : kernel.readPidFile(pidFile.path);
  if (reading?.kind !== 'pid' || kernel.identify(reading.pid) === null) return;
  throw new SupervisorError(
    'already-running',
    `cannot certify "${name}": ${pidFile?.path} names pid ${reading.pid}, which is alive`,
    'stop it first; if that process is another program, the file is stale: remove it',
  );
}
