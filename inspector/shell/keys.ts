/** The keys that work wherever one is, unless one writes. */
import { moment, navigate } from '../model/session.ts';
import { moveInTree } from '../tree/move.ts';
import { mainViews } from './places.tsx';
import { toggleTheme } from './theme.ts';

export const keys: readonly (readonly [keys: string, what: string])[] = [
  ['j k ↓ ↑', 'the next, the previous actor of the tree'],
  ['← →', 'in the tree: close, open'],
  ['/', 'to the filter of the tree'],
  ['1 … 5', 'switch views'],
  ['Esc', 'back to live; leaves a field'],
  ['t', 'dark or light'],
  ['+ − 0', 'in timeline and chart: nearer, farther, all'],
  ['?', 'this help'],
];

interface Doings {
  readonly help: () => void;
}

export function followKeys({ help }: Doings): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isWriting = (event.target as Element).closest?.('input, textarea, select') !== null;
    if (event.key === 'Escape') return leave(isWriting);
    if (isWriting) return;
    const view = mainViews[Number(event.key) - 1]?.view;
    if (view !== undefined) navigate({ view });
    else if (event.key === '?') help();
    else if (event.key === 't') toggleTheme();
    else if (event.key === 'j') moveInTree(1);
    else if (event.key === 'k') moveInTree(-1);
    else if (event.key === '/') {
      event.preventDefault();
      document.getElementById('filter')?.focus();
    }
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function leave(isWriting: boolean): void {
  if (isWriting) (document.activeElement as HTMLElement | null)?.blur();
  else if (moment.peek() !== null) navigate({ moment: null });
}
