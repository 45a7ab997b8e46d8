/** Asks what earlier managers left behind, where none runs now. */
import { offlineStatus } from '../../control/offline.ts';
import { SupervisorError } from '../../services/errors.ts';
import { servicesOf } from '../../services/members.ts';
import type { Finding, Patient } from './finding.ts';

export function checkState({ stateDir, spec, isDaemonUp }: Patient): readonly Finding[] {
  if (isDaemonUp) return [];
  try {
    const known = new Set(spec === null ? [] : servicesOf(spec.root).map(({ name }) => name));
    return orphanFindings(stateDir, known, spec !== null);
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    const advice = error.hint ?? 'move the state directory away';
    return [{ code: error.code, level: 'error', service: null, message: error.message, advice }];
  }
}

function orphanFindings(
  stateDir: string,
  known: ReadonlySet<string>,
  isKnown: boolean,
): readonly Finding[] {
  const { services, lastManager } = offlineStatus(stateDir);
  const alive = services.filter((service) => service.alive);
  const left = alive.map(({ name, pids }): Finding => {
    const who = `${pids.length === 1 ? 'process' : 'processes'} ${pids.slice(0, 5).join(', ')}`;
    const isStranger = isKnown && !known.has(name);
    return {
      code: isStranger ? 'left-over' : 'unmanaged',
      level: 'warning',
      service: name,
      message: isStranger
        ? `"${name}" lives on as ${who}, and is in the configuration no more`
        : `"${name}" lives as ${who}, and no manager runs`,
      advice: 'say `drover up -d`, which adopts it, or `drover down`, which stops it',
    };
  });
  if (lastManager?.ended !== 'crashed' || alive.length > 0) return left;
  return [
    {
      code: 'manager-crashed',
      level: 'warning',
      service: null,
      message: `the last manager, pid ${lastManager.pid}, did not end in order, and left nothing alive`,
      advice:
        'say `drover up -d`; see why with `drover daemon logs`, and `dmesg` for the OOM killer',
    },
  ];
}
