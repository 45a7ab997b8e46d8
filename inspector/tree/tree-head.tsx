/** The filter, and the heads of the columns, which sort. */
import { filter } from '../model/session.ts';
import type { SortKey } from '../model/tree-rows.ts';
import { goToFound } from './move.ts';

interface Props {
  readonly sort: { readonly key: SortKey; readonly descending: boolean };
  readonly isSupervisor: boolean;
  readonly onSort: (key: SortKey) => void;
}

type Column = readonly [key: SortKey, title: string, column: string];

const columns: readonly Column[] = [
  ['name', 'Name', 'name'],
  ['state', 'State', 'state'],
  ['age', 'For', 'age'],
];
const ofServices: readonly Column[] = [
  ['restarts', 'Rest.', 'restarts'],
  ['cpu', 'CPU', 'cpu'],
  ['rss', 'Memory', 'rss'],
];

export function TreeHead({ sort, isSupervisor, onSort }: Props) {
  return (
    <>
      <div class="tree-filter">
        <input
          id="filter"
          type="search"
          placeholder="Filter: a name, or bad, busy, crashed …"
          aria-label="Filter the tree"
          autocomplete="off"
          spellcheck={false}
          value={filter.value}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            event.currentTarget.closest('.tree')?.querySelector<HTMLElement>('.tree-rows')?.focus();
            goToFound();
          }}
          onInput={({ currentTarget }) => {
            filter.value = currentTarget.value;
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div class="tree-row tree-head">
        {[...columns, ...(isSupervisor ? ofServices : [])].map(([key, title, column]) => {
          const isSorted = sort.key === key;
          const arrow = isSorted ? (sort.descending ? ' ↓' : ' ↑') : '';
          return (
            <button
              key={key}
              type="button"
              class={`col-${column}`}
              aria-pressed={isSorted}
              title={`Sort by ${title === 'Rest.' ? 'restarts' : title === 'For' ? 'time in this state' : title}`}
              onClick={() => onSort(key)}
            >
              {title}
              {arrow}
            </button>
          );
        })}
      </div>
    </>
  );
}
