/**
 * How the programs of a configuration are taken to behave, which nobody can read in it. From
 * its timeouts, or from what `certify` has measured. Pure; the same dice make the same programs.
 */
import type { GroupSpec, Name, ServiceSpec } from '../../machines/vocabulary.ts';
import { servicesOf } from '../../services/members.ts';
import type { Dice } from '../../simulation/dice.ts';
import { goodProgram, type Programs, programOf } from '../../simulation/good-programs.ts';

type Program = Programs[string][number];

export interface Assumption {
  readonly service: Name;
  /** A start takes up to this, and mostly far less. */
  readonly startMs: number;
  /** So long it takes to leave when it is asked, at the most. */
  readonly stopMs: number;
  /** Where both are from. */
  readonly from: 'timeouts' | 'measured';
}

/** Out of a hundred starts: it crashes within a minute, is later than its timeout, is deaf. */
export const percent = { crashes: 20, late: 5, deaf: 5 } as const;

export interface Measurement {
  readonly startMs: number | null;
  readonly stopMs: number | null;
}

/** A busy machine is slower than the one it was measured on. */
const slower = 3;

export function assume(
  spec: ServiceSpec,
  measured: ReadonlyMap<Name, Measurement> = new Map(),
): Assumption {
  const known = measured.get(spec.name);
  const [step] = spec.stop.steps;
  return {
    service: spec.name,
    startMs: known?.startMs == null ? patienceOf(spec) / 2 : known.startMs * slower,
    stopMs: known?.stopMs == null ? (step?.waitMs ?? 0) / 2 : known.stopMs * slower,
    from: known === undefined ? 'timeouts' : 'measured',
  };
}

/** How long a start may take, by the configuration. */
const patienceOf = ({ ready, pidFile, settleMs }: ServiceSpec): number =>
  ready?.timeoutMs ?? pidFile?.waitMs ?? settleMs;

/** Without a limit, since it may be restarted as often as it likes. */
const startsPlanned = 12;
const crashesWithinMs = 60_000;

/** Of every service that many starts, each by chance. */
export function troubledPrograms(
  dice: Dice,
  root: GroupSpec,
  assumptions: ReadonlyMap<Name, Assumption>,
): Programs {
  return programsOf(root, assumptions, (spec, assumption) =>
    Array.from({ length: startsPlanned }, () => troubled(dice, spec, assumption)),
  );
}

/** Nothing goes wrong, and everything takes as long as it may. */
export const calmPrograms = (
  root: GroupSpec,
  assumptions: ReadonlyMap<Name, Assumption>,
): Programs =>
  programsOf(root, assumptions, (spec, { startMs, stopMs }) => [timed(spec, startMs, stopMs)]);

function programsOf(
  root: GroupSpec,
  assumptions: ReadonlyMap<Name, Assumption>,
  make: (spec: ServiceSpec, assumption: Assumption) => readonly Program[],
): Programs {
  const made = servicesOf(root).map((spec) => {
    const assumption = assumptions.get(spec.name) ?? assume(spec);
    return [programOf(spec.command), make(spec, assumption)] as const;
  });
  return Object.fromEntries(made);
}

function troubled(dice: Dice, spec: ServiceSpec, assumption: Assumption): Program {
  const { startMs, stopMs } = assumption;
  const isLate = dice.chance(percent.late);
  const program = timed(
    spec,
    isLate ? patienceOf(spec) * 1.5 : mostlyLess(dice, startMs),
    mostlyLess(dice, stopMs),
  );
  const asked = spec.stop.steps.flatMap((step) =>
    'signal' in step ? [step.signal] : ['SIGTERM' as const],
  );
  return {
    ...program,
    ...(dice.chance(percent.deaf) ? { deafTo: asked } : {}),
    ...(spec.type !== 'oneshot' && dice.chance(percent.crashes)
      ? { exitsAfterMs: dice.between(1, crashesWithinMs), exitCode: 1 }
      : {}),
    ...(spec.type === 'oneshot' && dice.chance(percent.crashes) ? { exitCode: 1 } : {}),
  };
}

/** Of ten, nine are below three quarters of it, and half are below an eighth. */
const mostlyLess = (dice: Dice, mostMs: number): number => {
  const share = dice.between(1, 1_000) / 1_000;
  return Math.round(mostMs * share ** 3);
};

/** The good program of that service, at that pace. */
function timed(spec: ServiceSpec, startMs: number, stopMs: number): Program {
  const good = goodProgram(spec);
  const { listensOn, notifiesReadyAfterMs, prints, pidFile } = good;
  return {
    ...good,
    ...(stopMs > 0 ? { stopsAfterMs: Math.round(stopMs) } : {}),
    ...(listensOn === undefined ? {} : { listensAfterMs: Math.round(startMs) }),
    ...(notifiesReadyAfterMs === undefined ? {} : { notifiesReadyAfterMs: Math.round(startMs) }),
    ...(prints === undefined
      ? {}
      : { prints: prints.map((one) => ({ ...one, afterMs: Math.round(startMs) })) }),
    ...(pidFile === undefined || spec.ready !== null
      ? {}
      : { pidFile: { ...pidFile, afterMs: Math.round(startMs) } }),
    ...(spec.type === 'oneshot' ? { exitsAfterMs: Math.round(Math.max(1, startMs)) } : {}),
  };
}
