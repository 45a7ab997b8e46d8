/** The names above the columns, which stay while one scrolls. */
import { navigate } from '../model/session.ts';
import { columnWidth } from './arrow.tsx';
import type { Column, Columns } from './columns.ts';
import { fold } from './state.ts';

interface HeadsProps {
  readonly columns: Columns;
  readonly from: number;
  readonly until: number;
  readonly selected: number | null;
  readonly width: number;
}

export function Heads({ columns, from, until, selected, width }: HeadsProps) {
  return (
    <div class="diagram-heads" style={{ width: `${104 + width}px` }}>
      <span class="diagram-corner" />
      <div class="diagram-names" style={{ width: `${width}px` }}>
        {columns.list.slice(from, until).map((column, i) => (
          <Head
            key={column.place?.key ?? ''}
            column={column}
            left={(from + i) * columnWidth}
            isSelected={column.actor !== null && column.actor === selected}
          />
        ))}
      </div>
    </div>
  );
}

interface HeadProps {
  readonly column: Column;
  readonly left: number;
  readonly isSelected: boolean;
}

function Head({ column, left, isSelected }: HeadProps) {
  const { name, actor, hasBelow, isCollapsed, place } = column;
  return (
    <div
      class={`diagram-head ${isSelected ? 'is-selected' : ''} ${place === null ? 'is-outside' : ''}`}
      style={{ left: `${left}px`, width: `${columnWidth}px` }}
      data-column={name}
    >
      {hasBelow ? (
        <button
          type="button"
          class="diagram-fold"
          aria-expanded={!isCollapsed}
          aria-label={isCollapsed ? `Open ${name}` : `Close ${name}`}
          title={
            isCollapsed
              ? 'What works for it is drawn at its place'
              : 'Draw what is in it at its place'
          }
          onClick={() => fold(column)}
        >
          {isCollapsed ? '▸' : '▾'}
        </button>
      ) : null}
      <button
        type="button"
        class="diagram-name"
        title={name}
        disabled={actor === null}
        onClick={() => actor !== null && navigate({ selected: actor })}
      >
        {name}
      </button>
    </div>
  );
}
