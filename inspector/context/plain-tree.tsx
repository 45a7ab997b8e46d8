/** Plain data as a tree that opens level by level, with what differs marked. Text only. */
import { useState } from 'preact/hooks';
import type { Plain } from '../../src/inspection/protocol.ts';
import { below, type Difference, difference, isBranch } from './diff.ts';
import './plain-tree.css';

/** So many of one level are shown before one asks for more. */
const levelShown = 100;
const longestText = 2_000;

interface TreeProps {
  readonly label: string;
  readonly before: Plain | undefined;
  readonly after: Plain | undefined;
  /** Leaves out what stayed as it was. */
  readonly isTerse?: boolean;
}

/** Without a difference to show, `before` is the same object as `after`. */
export function PlainTree({ label, before, after, isTerse = false }: TreeProps) {
  const root = difference('', before, after);
  if (root.change === 'changed' || !isBranch(after ?? before)) {
    return (
      <div class="plain-tree" role="tree" aria-label={label}>
        <Line one={{ ...root, key: '' }} level={1} isTerse={isTerse} />
      </div>
    );
  }
  return (
    <div class="plain-tree" role="tree" aria-label={label} onKeyDown={walk}>
      <Level of={root} level={1} isTerse={isTerse} />
    </div>
  );
}

interface LevelProps {
  readonly of: Difference;
  readonly level: number;
  readonly isTerse: boolean;
}

function Level({ of, level, isTerse }: LevelProps) {
  const [shown, setShown] = useState(levelShown);
  const all = below(of).filter(({ change }) => !isTerse || change !== 'same');
  return (
    <>
      {all.slice(0, shown).map((one) => (
        <Line key={`${one.key} ${one.change}`} one={one} level={level} isTerse={isTerse} />
      ))}
      {all.length > shown ? (
        <button type="button" class="plain-more" onClick={() => setShown(shown + 5 * levelShown)}>
          {all.length - shown} more
        </button>
      ) : null}
    </>
  );
}

interface LineProps {
  readonly one: Difference;
  readonly level: number;
  readonly isTerse: boolean;
}

function Line({ one, level, isTerse }: LineProps) {
  const [opened, setOpened] = useState<boolean | null>(null);
  const value = one.change === 'removed' ? one.before : one.after;
  const hasBelow = isBranch(value) && Object.keys(value).length > 0;
  // What differs somewhere inside is opened by itself, so that it is seen.
  const isOpen = hasBelow && (opened ?? one.change === 'inside');
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      class={`plain-item is-${one.change}`}
      aria-level={level}
      {...(hasBelow ? { 'aria-expanded': isOpen } : {})}
      data-key={one.key}
      data-change={one.change}
      onFocus={(event) => keepReachable(event.currentTarget)}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the item around it takes the keys */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys */}
      <div class="plain-line" data-line onClick={() => hasBelow && setOpened(!isOpen)}>
        <span class="plain-fold" aria-hidden="true">
          {hasBelow ? (isOpen ? '▾' : '▸') : ''}
        </span>
        <Sign change={one.change} />
        {one.key === '' ? null : <span class="plain-key">{one.key}</span>}
        <Values one={one} isOpen={isOpen} />
      </div>
      {isOpen ? (
        <div role="group" class="plain-below">
          <Level of={one} level={level + 1} isTerse={isTerse} />
        </div>
      ) : null}
    </div>
  );
}

function Values({ one, isOpen }: { readonly one: Difference; readonly isOpen: boolean }) {
  if (one.change !== 'changed') {
    return <Value value={one.change === 'removed' ? one.before : one.after} isOpen={isOpen} />;
  }
  return (
    <>
      <del>
        <Value value={one.before} isOpen={false} />
      </del>
      <span class="plain-to" aria-hidden="true">
        →
      </span>
      <ins>
        <Value value={one.after} isOpen={isOpen} />
      </ins>
    </>
  );
}

function Value({ value, isOpen }: { readonly value: Plain | undefined; readonly isOpen: boolean }) {
  if (value === undefined) return null;
  if (isBranch(value)) {
    return isOpen ? null : <span class="plain-value is-branch">{summary(value)}</span>;
  }
  const kind = value === null ? 'null' : typeof value;
  return <span class={`plain-value is-${kind}`}>{textOf(value)}</span>;
}

function Sign({ change }: { readonly change: Difference['change'] }) {
  const [sign, name] = {
    same: ['', ''],
    added: ['+', 'added'],
    removed: ['−', 'removed'],
    changed: ['~', 'changed'],
    inside: ['·', 'changed inside'],
  }[change] as [string, string];
  if (sign === '') return <span class="plain-sign" />;
  return (
    <span class="plain-sign" role="img" aria-label={name}>
      {sign}
    </span>
  );
}

function textOf(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const text = value.length > longestText ? `${value.slice(0, longestText)}…` : value;
  return JSON.stringify(text);
}

function summary(value: { readonly [key: string]: Plain } | readonly Plain[]): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.length}]`;
  const keys = Object.keys(value);
  if (keys.length === 0) return '{}';
  const shown = keys.slice(0, 4).join(', ');
  return keys.length > 4 ? `{ ${shown}, … }` : `{ ${shown} }`;
}

/** One stop for the tab key, wherever one was last. */
function keepReachable(item: HTMLElement): void {
  const tree = item.closest('[role=tree]');
  for (const one of tree?.querySelectorAll<HTMLElement>('[tabindex="0"]') ?? []) one.tabIndex = -1;
  item.tabIndex = 0;
}

function walk(event: KeyboardEvent): void {
  const tree = event.currentTarget as HTMLElement;
  const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const own = (event.target as HTMLElement).closest<HTMLElement>('[role=treeitem]');
  const i = own === null ? -1 : items.indexOf(own);
  const line = own?.querySelector<HTMLElement>('[data-line]');
  const isOpen = own?.getAttribute('aria-expanded');
  if (event.key === 'ArrowDown') items[i + 1]?.focus();
  else if (event.key === 'ArrowUp') items[Math.max(0, i - 1)]?.focus();
  else if (event.key === 'Home') items[0]?.focus();
  else if (event.key === 'End') items.at(-1)?.focus();
  else if (event.key === 'ArrowRight') isOpen === 'false' ? line?.click() : items[i + 1]?.focus();
  else if (event.key === 'ArrowLeft') {
    if (isOpen === 'true') line?.click();
    else own?.parentElement?.closest<HTMLElement>('[role=treeitem]')?.focus();
  } else if ((event.key === 'Enter' || event.key === ' ') && isOpen !== null) line?.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
