/** What a new configuration would change, and why; nothing here changes anything. */
import type {
  ChildSpec,
  GroupSpec,
  Name,
  ProjectSpec,
  ServiceSpec,
} from '../machines/vocabulary.ts';
import type { Change } from './api.ts';
import type { Registry } from './registry.ts';

export function planChanges(registry: Registry, next: ProjectSpec): readonly Change[] {
  const places = placesOf(next.root);
  const kept = [...places].map(([name, place]): Change => {
    if (!registry.has(name)) {
      return place.spec.autostart
        ? { name, kind: 'start', why: 'newly defined' }
        : { name, kind: 'update', why: 'newly defined, not started by itself' };
    }
    return changeOf(registry, name, place);
  });
  const removed = registry.names
    .filter((name) => !places.has(name))
    .map((name): Change => ({ name, kind: 'stop', why: 'no longer defined' }));
  return [...removed, ...kept];
}

interface Place {
  readonly spec: ServiceSpec;
  readonly group: Name;
}

function changeOf(registry: Registry, name: Name, { spec, group }: Place): Change {
  const before = registry.entry(name);
  const isUp = before.view?.process != null;
  const moved = before.group === group ? [] : [`moved from ${before.group} to ${group}`];
  const changed = [...moved, ...differences(before.spec, spec)];
  if (changed.length === 0) return { name, kind: 'unchanged', why: '' };
  const why = changed.join(', ');
  const mustRestart = moved.length > 0 || (before.view?.hash ?? before.spec.hash) !== spec.hash;
  if (!isUp || !mustRestart) return { name, kind: 'update', why };
  return { name, kind: 'restart', why };
}

/** The keys that differ, in the words of the file. */
function differences(before: ServiceSpec, after: ServiceSpec): readonly string[] {
  const keys = Object.keys(after) as (keyof ServiceSpec)[];
  return keys
    .filter((key) => key !== 'hash' && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${words(key)} changed`);
}

const words = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function placesOf(root: GroupSpec): ReadonlyMap<Name, Place> {
  const places = new Map<Name, Place>();
  const enter = ({ spec }: ChildSpec, group: Name): void => {
    if (spec.kind === 'service') places.set(spec.name, { spec, group });
    else for (const child of spec.children) enter(child, spec.name);
  };
  for (const child of root.children) enter(child, root.name);
  return places;
}

/**
 * The old tree without what leaves it or changes its place. It is amended to first:
 * the same service must never be two children at once.
 */
export function withoutMoved(
  before: GroupSpec,
  after: GroupSpec,
): { readonly spec: GroupSpec; readonly names: ReadonlySet<Name> } {
  const places = placesOf(after);
  const names = new Set<Name>();
  const groups = groupsOf(after);
  const keep = (group: GroupSpec): GroupSpec => ({
    ...group,
    children: group.children.flatMap((child): ChildSpec[] => {
      const { spec } = child;
      if (spec.kind === 'group') {
        return groups.get(spec.name) === group.name ? [{ ...child, spec: keep(spec) }] : [];
      }
      if (places.get(spec.name)?.group !== group.name) return [];
      names.add(spec.name);
      return [child];
    }),
  });
  const kept = keep(before);
  return { spec: withoutLostNeeds(kept, new Set([...names, ...groups.keys()])), names };
}

/** What stays waits for what it needs, also while others leave; but not for those. */
function withoutLostNeeds(group: GroupSpec, there: ReadonlySet<Name>): GroupSpec {
  const siblings = new Set(group.children.map(({ spec }) => spec.name));
  const children = group.children.map(
    ({ needs, spec }): ChildSpec => ({
      needs: needs.filter(({ sibling, target }) => siblings.has(sibling) && there.has(target)),
      spec: spec.kind === 'group' ? withoutLostNeeds(spec, there) : spec,
    }),
  );
  return { ...group, children };
}

function groupsOf(root: GroupSpec): ReadonlyMap<Name, Name> {
  const parents = new Map<Name, Name>();
  const enter = (group: GroupSpec): void => {
    for (const { spec } of group.children) {
      if (spec.kind !== 'group') continue;
      parents.set(spec.name, group.name);
      enter(spec);
    }
  };
  enter(root);
  return parents;
}
