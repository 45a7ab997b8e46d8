/** Describes what a service needs of others, checked for whether there is such a thing. */
import type { Condition, Dependency, Name } from '../machines/vocabulary.ts';
import type { ServiceFields } from './definition.ts';
import type { Path, Problems } from './problems.ts';
import { didYouMean } from './suggestion.ts';

export interface Neighbourhood {
  readonly services: ReadonlyMap<Name, Pick<ServiceFields, 'type'> | null>;
  readonly groups: ReadonlySet<Name>;
}

const composeWords: Readonly<Record<string, Condition>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

const conditions: Readonly<Record<string, Condition>> = {
  ...composeWords,
  started: 'started',
  ready: 'ready',
  healthy: 'healthy',
  completed: 'completed',
};

interface Written {
  readonly name: string;
  readonly path: Path;
  readonly condition?: string | undefined;
  readonly restart?: boolean | undefined;
  readonly required?: boolean | undefined;
}

/** Those of known names; the others are problems, unless they are not `required`. */
export function resolveDependencies(
  written: ServiceFields['dependsOn'],
  { services, groups }: Neighbourhood,
  path: Path,
  problems: Problems,
): readonly Dependency[] {
  const found: Dependency[] = [];
  for (const one of listOf(written, [...path, 'dependsOn'])) {
    const { name, condition, restart = false, required = true } = one;
    if (!services.has(name) && !groups.has(name)) {
      if (!required) continue;
      const suggestion = didYouMean(name, [...services.keys(), ...groups]);
      problems.add(one.path, `needs "${name}", which does not exist`, suggestion, 'key');
      continue;
    }
    const type = services.get(name)?.type;
    const wanted = condition === undefined ? usual(type) : conditions[condition];
    found.push({ name, condition: wanted ?? 'ready', restart });
    if (wanted === 'completed' && services.get(name) && type !== 'oneshot') {
      problems.add(
        one.path,
        `waits for "${name}" to complete, which is no one-shot`,
        oneshot,
        'key',
      );
    }
  }
  return found;
}

const oneshot = 'write type: oneshot there, or condition: ready here';

/** A one-shot is of use when it has ended, everything else when it is ready. */
const usual = (type: string | undefined): Condition => (type === 'oneshot' ? 'completed' : 'ready');

function listOf(written: ServiceFields['dependsOn'], path: Path): readonly Written[] {
  if (written === undefined) return [];
  if (isList(written)) return written.map((name, index) => ({ name, path: [...path, index] }));
  return Object.entries(written).map(([name, one]) => ({ ...one, name, path: [...path, name] }));
}

const isList = (written: NonNullable<ServiceFields['dependsOn']>): written is readonly string[] =>
  Array.isArray(written);
