/** A statechart that lives: what is active, what was taken, what may come, and how soon. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type {
  Definition,
  DefinitionEdge,
  DefinitionNode,
  StateRecord,
  TimerRecord,
} from '../../src/inspection/protocol.ts';
import './chart.css';
import { Details } from './details.tsx';
import { activeLeaves, activeNodes, litFamilies } from './facts.ts';
import { Legend } from './legend.tsx';
import {
  type Elements,
  findElements,
  fitTexts,
  showActive,
  showCounts,
  showFired,
  showHot,
  showPossible,
  showTimers,
} from './live.ts';
import { Minimap } from './minimap.tsx';
import { Picture } from './picture.tsx';
import { useViewport } from './use-viewport.ts';

export type Selection =
  | { readonly kind: 'edge'; readonly edge: DefinitionEdge }
  | { readonly kind: 'node'; readonly node: DefinitionNode };

export interface ChartProps {
  readonly definition: Definition;
  readonly state: StateRecord | null;
  /** Edges that the last step took. */
  readonly fired: readonly string[];
  /** Edges that may be taken now. */
  readonly possible: readonly string[];
  readonly timers: readonly TimerRecord[];
  /** How often each edge was taken. */
  readonly counts: ReadonlyMap<string, number>;
  /** The counts are drawn as a heat map. */
  readonly isHeatMap: boolean;
  readonly now: number;
  readonly onSelect?: (selection: Selection | null) => void;
}

export function Chart(props: ChartProps) {
  const { definition, state, fired, possible, timers, counts, isHeatMap, now, onSelect } = props;
  const svg = useRef<SVGSVGElement>(null);
  const elements = useRef<Elements | null>(null);
  const [selection, setSelection] = useState<Selection | null>(null);
  const active = useMemo(() => activeNodes(definition, state), [definition, state]);
  const leaf = activeLeaves(definition, active)[0] ?? null;
  const around = definition.nodes.find(({ id }) => id === leaf)?.parent ?? null;
  const view = useViewport(svg, definition.layout, leaf, around);

  useLayoutEffect(() => {
    const edgesOf = new Map(
      definition.layout?.arrows.map((one) => [`${one.source} → ${one.target}`, one.edges]),
    );
    elements.current = svg.current === null ? null : findElements(svg.current, edgesOf);
    if (svg.current !== null) fitTexts(svg.current);
    setSelection(null);
  }, [definition]);
  // In this order: each may read what the one before has set.
  useLayoutEffect(() => {
    if (elements.current !== null) showActive(elements.current, litFamilies(definition, active));
  }, [definition, active]);
  useLayoutEffect(() => {
    if (elements.current !== null) showPossible(elements.current, new Set(possible));
  }, [definition, possible]);
  useLayoutEffect(() => {
    if (elements.current !== null) showFired(elements.current, new Set(fired));
  }, [definition, fired]);
  useLayoutEffect(() => {
    if (elements.current !== null) showCounts(elements.current, isHeatMap ? counts : null);
  }, [definition, counts, isHeatMap]);
  useLayoutEffect(() => {
    if (elements.current !== null) showTimers(elements.current, timers, now);
  }, [definition, timers, now]);

  const select = useCallback(
    (one: Selection | null) => {
      setSelection(one);
      onSelect?.(one);
    },
    [onSelect],
  );
  useEffect(() => {
    const all = elements.current;
    if (all === null) return;
    const id = selection?.kind === 'edge' ? selection.edge.id : selection?.node.id;
    for (const [edge, element] of all.edges) element.toggleAttribute('data-selected', edge === id);
    for (const [node, some] of all.nodes) {
      for (const element of some) element.toggleAttribute('data-selected', node === id);
    }
  }, [definition, selection]);

  const found = (target: EventTarget | null): Selection | null =>
    target instanceof Element ? selectionAt(definition, target) : null;
  const point = (target: EventTarget | null) => {
    if (elements.current === null || !(target instanceof Element)) return;
    showHot(elements.current, hotWith(definition, target));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      const one = found(event.target);
      if (one === null) return;
      event.preventDefault();
      select(one);
    } else if (event.key === 'Escape' && selection !== null) {
      event.preventDefault();
      select(null);
    } else view.onKeyDown(event);
  };

  if (definition.layout === null) {
    return <p class="empty">This chart has not been laid out yet.</p>;
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble up here from what has the focus
    <div class="chart" onKeyDown={onKeyDown}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys bubble up to the one around it */}
      <svg
        ref={svg}
        class="chart-picture"
        tabindex={0}
        role="group"
        aria-label={`Statechart of ${definition.id}: arrow keys move it, plus and minus zoom, 0 shows all`}
        onPointerOver={(event) => point(event.target)}
        onPointerLeave={() => elements.current !== null && showHot(elements.current, null)}
        onFocusIn={(event) => {
          point(event.target);
          view.reveal(event.target);
        }}
        onClick={(event) => {
          if (!view.wasDragged()) select(found(event.target));
        }}
      >
        <g ref={view.world}>
          <Picture definition={definition} />
        </g>
      </svg>
      <div class="chart-tools" role="toolbar" aria-label="View of the chart">
        <button
          type="button"
          onClick={() => view.zoom(1.25)}
          aria-label="Nearer"
          title="Nearer (+)"
        >
          +
        </button>
        <button
          type="button"
          onClick={() => view.zoom(0.8)}
          aria-label="Farther"
          title="Farther (−)"
        >
          −
        </button>
        <button type="button" onClick={view.fit} title="Show all (0)">
          Fit
        </button>
        <button
          type="button"
          onClick={view.follow}
          aria-pressed={view.isFollowing}
          title="Keep the active state in view"
        >
          Follow
        </button>
      </div>
      {isHeatMap ? <Legend counts={counts} edges={definition.edges} /> : null}
      {selection === null ? null : (
        <Details
          definition={definition}
          selection={selection}
          counts={counts}
          timers={timers}
          now={now}
          onClose={() => select(null)}
        />
      )}
      <Minimap
        definition={definition}
        seen={view.seen}
        isHidden={view.isWhole}
        onMove={view.centre}
      />
    </div>
  );
}

function selectionAt(definition: Definition, target: Element): Selection | null {
  const edgeId =
    target.closest('[data-edge]')?.getAttribute('data-edge') ??
    firstEdgeOf(definition, target.closest('[data-arrow]')?.getAttribute('data-arrow') ?? null);
  const edge = definition.edges.find(({ id }) => id === edgeId);
  if (edge !== undefined) return { kind: 'edge', edge };
  const nodeId = target.closest('[data-node]')?.getAttribute('data-node');
  const node = definition.nodes.find(({ id }) => id === nodeId);
  return node === undefined ? null : { kind: 'node', node };
}

function firstEdgeOf({ layout }: Definition, arrow: string | null): string | null {
  const found = layout?.arrows.find(({ source, target }) => `${source} → ${target}` === arrow);
  return found?.edges[0] ?? null;
}

/** An arrow is hot by itself, a state makes those hot that begin or end at it; the others none. */
function hotWith({ nodes }: Definition, target: Element): ((element: Element) => boolean) | null {
  const arrow = target.closest('[data-arrow]')?.getAttribute('data-arrow');
  if (arrow !== null && arrow !== undefined) {
    return (element) => element.getAttribute('data-arrow') === arrow;
  }
  const node = target.closest('[data-node]')?.getAttribute('data-node');
  // Around everything is no place to point at.
  const isInner = nodes.some(({ parent }) => parent === node);
  if (node === null || node === undefined || isInner) return null;
  return (element) =>
    element.getAttribute('data-source') === node || element.getAttribute('data-target') === node;
}
