/** Which view is shown. One stop of the tab key; the arrows go on from there. */
import { navigate, view } from '../model/session.ts';
import type { MainView } from './places.tsx';
import './tabs.css';

export function Tabs({ views }: { readonly views: readonly MainView[] }) {
  const go = (index: number) => {
    const next = views[(index + views.length) % views.length];
    if (next === undefined) return;
    navigate({ view: next.view });
    document.getElementById(`tab-${next.view}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Views">
      {views.map((one, i) => {
        const isShown = one.view === view.value;
        return (
          <button
            key={one.view}
            id={`tab-${one.view}`}
            type="button"
            role="tab"
            class="tab"
            aria-selected={isShown}
            aria-controls="view"
            tabIndex={isShown ? 0 : -1}
            onClick={() => navigate({ view: one.view })}
            onKeyDown={(event) => {
              if (event.key === 'ArrowRight') go(i + 1);
              else if (event.key === 'ArrowLeft') go(i - 1);
              else return;
              event.preventDefault();
              event.stopPropagation();
            }}
          >
            {one.title}
            <kbd aria-hidden="true">{i + 1}</kbd>
          </button>
        );
      })}
    </div>
  );
}
