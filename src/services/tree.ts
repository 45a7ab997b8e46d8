/**
 * Describes who is whose child: the groups as a tree, with everything that no
 * group names under the root.
 */
import type { Name } from '../machines/vocabulary.ts';
import type { Problems } from './problems.ts';
import { didYouMean } from './suggestion.ts';

/** No service or group may be called this. */
export const rootName = 'root';

/** Each group is a supervisor in a supervisor. Longer circles are told as such a depth. */
const deepest = 32;

export interface Tree {
  /** In the order of declaration. The root's children are behind `rootName`. */
  readonly children: ReadonlyMap<Name, readonly Name[]>;
  readonly parents: ReadonlyMap<Name, Name>;
}

export interface WrittenGroup {
  readonly name: Name;
  readonly children: readonly Name[];
}

/** What is wrong with the groups is reported, and left out of the tree. */
export function growTree(
  services: readonly Name[],
  groups: readonly WrittenGroup[],
  problems: Problems,
): Tree {
  const known = new Set([...services, ...groups.map(({ name }) => name)]);
  const parents = new Map<Name, Name>();
  for (const group of groups) adopt(group, known, parents, problems);
  cutCycles(groups, parents, problems);
  return { parents, children: childrenOf([...known], parents, groups) };
}

function adopt(
  { name, children }: WrittenGroup,
  known: ReadonlySet<Name>,
  parents: Map<Name, Name>,
  problems: Problems,
): void {
  for (const [index, child] of children.entries()) {
    const path = ['groups', name, 'children', index];
    const other = parents.get(child);
    if (!known.has(child)) {
      const message = `names "${child}", which is neither a service nor a group`;
      problems.add(path, message, didYouMean(child, known));
    } else if (other !== undefined) {
      const twice = other === name ? 'twice' : `as group "${other}" does`;
      problems.add(path, `names "${child}" ${twice}`, 'a child has one parent');
    } else {
      parents.set(child, name);
    }
  }
}

function cutCycles(
  groups: readonly WrittenGroup[],
  parents: Map<Name, Name>,
  problems: Problems,
): void {
  for (const { name } of groups) {
    const way = [name];
    const seen = new Set(way);
    for (let up = parents.get(name); up !== undefined; up = parents.get(up)) {
      way.push(up);
      if (seen.has(up) || way.length > deepest) break;
      seen.add(up);
    }
    if (way.length > deepest) {
      problems.add(['groups', name], `is in more than ${deepest} groups within each other`);
    } else if (way.length > 1 && way.at(-1) === name) {
      const round = way.reverse().join(' -> ');
      problems.add(['groups', name, 'children'], `go round in a circle: ${round}`);
    } else continue;
    parents.delete(name);
  }
}

function childrenOf(
  names: readonly Name[],
  parents: ReadonlyMap<Name, Name>,
  groups: readonly WrittenGroup[],
): ReadonlyMap<Name, readonly Name[]> {
  const children = new Map<Name, Name[]>([[rootName, []]]);
  for (const { name, children: written } of groups) {
    children.set(
      name,
      written.filter((child) => parents.get(child) === name),
    );
  }
  children.set(
    rootName,
    names.filter((name) => !parents.has(name)),
  );
  return children;
}

/** From a child of the root down to the one itself. */
export function wayTo(name: Name, { parents }: Tree): readonly Name[] {
  const way = [name];
  for (let up = parents.get(name); up !== undefined; up = parents.get(up)) way.push(up);
  return way.reverse();
}
