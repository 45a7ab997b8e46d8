/** What services need, all the way down, for models of what a supervisor does. */
import type { Name, ServiceSpec } from '../../src/machines/vocabulary.ts';

export function requirementsOf(services: readonly ServiceSpec[], names: readonly Name[]): Name[] {
  const found = new Set<Name>();
  const add = (name: Name): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const need of services.find((one) => one.name === name)?.dependsOn ?? []) add(need.name);
  };
  for (const name of names) add(name);
  return [...found];
}
