/** What the screen of `drover top` shows, as plain data, and the tree it is made of. Pure. */
import type { LogLineInfo, ServiceInfo, StatusInfo } from '../../control/client.ts';

export type Mode = 'list' | 'logs' | 'filter' | 'help';

export interface View {
  /** null: not heard yet. */
  readonly status: StatusInfo | null;
  /** Why there is nothing new from the daemon. */
  readonly trouble: string | null;
  readonly mode: Mode;
  readonly filter: string;
  readonly selected: string | null;
  /** Of the selected service, oldest first. */
  readonly logs: readonly LogLineInfo[];
  /** So many lines up from the end. */
  readonly scrolled: number;
  /** What became of the last command. */
  readonly notice: Notice | null;
  readonly columns: number;
  readonly rows: number;
}

export interface Notice {
  readonly text: string;
  readonly kind: 'news' | 'busy' | 'error';
}

export const firstView = (columns: number, rows: number): View => ({
  status: null,
  trouble: null,
  mode: 'list',
  filter: '',
  selected: null,
  logs: [],
  scrolled: 0,
  notice: null,
  columns,
  rows,
});

export type Group = StatusInfo['groups'][number];

/** A line of the tree: a group or a service, and the branches before its name. */
export type Leaf =
  | { readonly kind: 'group'; readonly group: Group; readonly branch: string }
  | { readonly kind: 'service'; readonly service: ServiceInfo; readonly branch: string };

/** In the order of the configuration; a group with nothing to show is left out. */
export function treeOf({ status, filter }: View): readonly Leaf[] {
  if (status === null) return [];
  const services = new Map(
    status.services.filter((one) => matches(one, filter)).map((one) => [one.name, one]),
  );
  const groups = new Map(status.groups.map((group) => [group.name, group]));
  const below = (names: readonly string[], indent: string): readonly Leaf[] => {
    const shown = names.filter((name) => hasAny(name, services, groups));
    return shown.flatMap((name, i) => {
      const isLast = i === shown.length - 1;
      const branch = `${indent}${isLast ? '└─ ' : '├─ '}`;
      const service = services.get(name);
      if (service !== undefined) return [{ kind: 'service', service, branch } as const];
      const group = groups.get(name);
      if (group === undefined) return [];
      const inner = below(group.members, `${indent}${isLast ? '   ' : '│  '}`);
      return [{ kind: 'group', group, branch } as const, ...inner];
    });
  };
  const root = status.groups.find(({ parent }) => parent === null);
  return below(root?.members ?? [...services.keys()], '');
}

function hasAny(
  name: string,
  services: ReadonlyMap<string, ServiceInfo>,
  groups: ReadonlyMap<string, Group>,
): boolean {
  if (services.has(name)) return true;
  return groups.get(name)?.members.some((member) => hasAny(member, services, groups)) === true;
}

/** By its name, or by its state: `/failed`. */
const matches = ({ name, state }: ServiceInfo, filter: string): boolean =>
  name.includes(filter) || (filter.length > 2 && state.startsWith(filter));

export const namesIn = (tree: readonly Leaf[]): readonly string[] =>
  tree.flatMap((leaf) => (leaf.kind === 'service' ? [leaf.service.name] : []));

/** Something is selected wherever there is something to select. */
export function withSelection(view: View): View {
  const names = namesIn(treeOf(view));
  if (view.selected !== null && names.includes(view.selected)) return view;
  return { ...view, selected: names[0] ?? null, logs: [], scrolled: 0 };
}

/** Up or down, not beyond the ends. */
export function moved(view: View, by: number): View {
  const names = namesIn(treeOf(view));
  const at = names.indexOf(view.selected ?? '');
  const next = names[Math.max(0, Math.min(names.length - 1, at + by))] ?? null;
  return next === view.selected ? view : { ...view, selected: next, logs: [], scrolled: 0 };
}
