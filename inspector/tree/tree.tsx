/** The tree of actors: how each stands, live or at the moment that is shown. */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { ServiceRow } from '../../src/inspection/protocol.ts';
import { sinceWhen } from '../model/lanes.ts';
import {
  filter,
  info,
  lanes,
  moment,
  navigate,
  selected,
  services,
  states,
  usage,
} from '../model/session.ts';
import { type SortKey, type TreeRow, treeRows } from '../model/tree-rows.ts';
import { Rows } from '../shell/rows.tsx';
import { goIn, goOut, moveInTree, showRows, toggle, toggled } from './move.ts';
import { Row } from './row.tsx';
import { TreeHead } from './tree-head.tsx';
import './tree.css';

export const rowHeight = 26;

export function Tree() {
  const sort = useSignal<{ readonly key: SortKey; readonly descending: boolean }>({
    key: 'order',
    descending: false,
  });
  const all = states();
  const isSupervisor = info.value?.subject !== 'system';
  const known = services.value;
  const byName = useMemo(
    () => new Map<string, ServiceRow>((known?.services ?? []).map((one) => [one.name, one])),
    [known],
  );
  const rows = treeRows(
    { states: all, services: byName, since: sinceOf },
    {
      filter: filter.value,
      sort: sort.value.key,
      descending: sort.value.descending,
      toggled: toggled.value,
      isSupervisor,
    },
  );
  showRows(rows);
  const at = rows.findIndex(({ actor }) => actor === selected.value);
  return (
    <div class={`tree ${usage.isEmpty ? 'is-free' : ''}`}>
      <TreeHead
        sort={sort.value}
        isSupervisor={isSupervisor}
        onSort={(key) => {
          sort.value = nextSort(sort.value, key);
        }}
      />
      {rows.length === 0 ? (
        <p class="empty">{all.size === 0 ? 'Nothing is known yet.' : 'Nothing is called so.'}</p>
      ) : (
        <Rows
          count={rows.length}
          rowHeight={rowHeight}
          focus={at}
          sought={selected.value}
          row={(i) => (
            <TreeItem key={rows[i]?.actor} row={rows[i]} isSelected={i === at} of={rows} i={i} />
          )}
          attributes={{
            class: 'tree-rows',
            role: 'tree',
            tabIndex: 0,
            'aria-label': 'Supervisors and services',
            'aria-activedescendant': at < 0 ? undefined : `actor-${rows[at]?.actor}`,
            onKeyDown,
          }}
        />
      )}
    </div>
  );
}

interface ItemProps {
  readonly row: TreeRow | undefined;
  readonly isSelected: boolean;
  readonly of: readonly TreeRow[];
  readonly i: number;
}

function TreeItem({ row, isSelected, of, i }: ItemProps) {
  if (row === undefined) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the whole tree
    <div
      id={`actor-${row.actor}`}
      class={`tree-row ${row.look.family} is-${row.kind}`}
      role="treeitem"
      aria-selected={isSelected}
      aria-level={row.depth + 1}
      aria-expanded={row.hasChildren ? row.isOpen : undefined}
      aria-setsize={of.length}
      aria-posinset={i + 1}
      onClick={() => navigate({ selected: row.actor })}
    >
      <Row row={row} at={moment.value} onToggle={() => toggle(row.actor)} />
    </div>
  );
}

function onKeyDown(event: KeyboardEvent): void {
  const does = {
    ArrowDown: () => moveInTree(1),
    ArrowUp: () => moveInTree(-1),
    PageDown: () => moveInTree(20),
    PageUp: () => moveInTree(-20),
    Home: () => moveInTree(-Infinity),
    End: () => moveInTree(Infinity),
    ArrowLeft: goOut,
    ArrowRight: goIn,
  }[event.key];
  if (does === undefined) return;
  event.preventDefault();
  does();
}

/** Once: the useful way round. Twice: the other. Thrice: as a tree again. */
function nextSort(
  { key, descending }: { readonly key: SortKey; readonly descending: boolean },
  next: SortKey,
): { readonly key: SortKey; readonly descending: boolean } {
  const isLargeFirst = next === 'restarts' || next === 'cpu' || next === 'rss';
  if (key !== next) return { key: next, descending: isLargeFirst };
  return descending === isLargeFirst
    ? { key: next, descending: !descending }
    : { key: 'order', descending: false };
}

function sinceOf(actor: number): number {
  for (const lane of lanes.peek().all.values()) {
    if (lane.actor === actor) return sinceWhen(lane, moment.peek() ?? Infinity) ?? 0;
  }
  return 0;
}
