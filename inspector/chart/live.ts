/** Sets on the elements of a picture what is the case now. Nothing is drawn anew. */
import type { TimerRecord } from '../../src/inspection/protocol.ts';
import type { Family } from '../model/words.ts';
import { countText, heatOf, remainingText } from './facts.ts';

/** The elements of one picture, found once. */
export interface Elements {
  readonly root: SVGElement;
  readonly nodes: ReadonlyMap<string, readonly Element[]>;
  readonly edges: ReadonlyMap<string, Element>;
  /** Lines and labels. */
  readonly arrows: readonly { readonly element: Element; readonly edges: readonly string[] }[];
}

export function findElements(root: SVGElement, edgesOf: ReadonlyMap<string, readonly string[]>) {
  const nodes = new Map<string, Element[]>();
  const shell = root.closest('.chart') ?? root;
  for (const element of shell.querySelectorAll('[data-node]')) {
    const id = element.getAttribute('data-node') ?? '';
    nodes.set(id, [...(nodes.get(id) ?? []), element]);
  }
  const edges = new Map<string, Element>();
  for (const element of root.querySelectorAll('[data-edge]')) {
    edges.set(element.getAttribute('data-edge') ?? '', element);
  }
  const arrows = [...root.querySelectorAll('[data-arrow]')].map((element) => ({
    element,
    edges: edgesOf.get(element.getAttribute('data-arrow') ?? '') ?? [],
  }));
  return { root, nodes, edges, arrows } satisfies Elements;
}

/** Each active state with its colour. */
export function showActive({ nodes }: Elements, active: ReadonlyMap<string, Family>): void {
  for (const [id, elements] of nodes) {
    for (const element of elements) {
      const family = active.get(id);
      if (family !== undefined) element.setAttribute('data-family', family);
      mark(element, 'data-active', active.has(id));
      mark(element, 'aria-current', active.has(id));
    }
  }
}

export function showPossible(elements: Elements, possible: ReadonlySet<string>): void {
  for (const [id, element] of elements.edges) {
    mark(element, 'data-possible', possible.has(id));
    element.setAttribute('tabindex', possible.size === 0 || possible.has(id) ? '0' : '-1');
  }
  for (const { element, edges } of elements.arrows) {
    mark(
      element,
      'data-possible',
      edges.some((id) => possible.has(id)),
    );
  }
}

/** Begins the animation again where the same edge is taken twice. */
export function showFired({ edges, arrows, root }: Elements, fired: ReadonlySet<string>): void {
  const all = [...[...edges].map(([id, element]) => ({ element, edges: [id] })), ...arrows];
  for (const { element } of all) mark(element, 'data-fired', false);
  root.getBoundingClientRect();
  for (const one of all) {
    mark(
      one.element,
      'data-fired',
      one.edges.some((id) => fired.has(id)),
    );
  }
}

export function showCounts(
  { root, edges, arrows }: Elements,
  counts: ReadonlyMap<string, number> | null,
): void {
  mark(root, 'data-heat-map', counts !== null);
  const most = Math.max(0, ...(counts?.values() ?? []));
  const of = (ids: readonly string[]) => ids.reduce((sum, id) => sum + (counts?.get(id) ?? 0), 0);
  for (const [id, element] of edges) {
    level(element, counts === null ? null : heatOf(of([id]), most));
    const text = element.querySelector('.chart-count');
    if (text !== null) text.textContent = counts === null ? '' : countText(of([id]));
  }
  for (const { element, edges: ids } of arrows) {
    const hottest = Math.max(0, ...ids.map((id) => counts?.get(id) ?? 0));
    level(element, counts === null ? null : heatOf(hottest, most));
  }
}

export function showTimers({ edges }: Elements, timers: readonly TimerRecord[], now: number): void {
  const armed = new Map(timers.flatMap((timer) => timer.edges.map((id) => [id, timer] as const)));
  for (const [id, element] of edges) {
    const countdown = element.querySelector('.chart-countdown');
    if (countdown === null) continue;
    const timer = armed.get(id);
    mark(element, 'data-armed', timer !== undefined);
    if (timer === undefined || timer.delayMs === null) continue;
    const left = Math.max(0, timer.at + timer.delayMs - now);
    const part = timer.delayMs === 0 ? 0 : Math.min(1, left / timer.delayMs);
    const ring = countdown.querySelector<SVGElement>('.chart-rest');
    ring?.setAttribute('stroke-dashoffset', String(1 - part));
    const text = countdown.querySelector('.chart-left');
    if (text !== null) text.textContent = remainingText(left);
  }
}

/** Whatever has to do with a state or an arrow stands out from the rest; null: all alike. */
export function showHot(
  { root, arrows }: Elements,
  isHot: ((element: Element) => boolean) | null,
): void {
  mark(root, 'data-pointing', isHot !== null);
  for (const { element } of arrows) mark(element, 'data-hot', isHot?.(element) ?? false);
}

/** Text is never wider than its room, whatever the font. */
export function fitTexts(root: SVGElement): void {
  for (const text of root.querySelectorAll<SVGTextElement>('text[data-width]')) {
    const room = Number(text.getAttribute('data-width'));
    if (text.getComputedTextLength() <= room) continue;
    text.setAttribute('textLength', String(room));
    text.setAttribute('lengthAdjust', 'spacingAndGlyphs');
  }
}

function level(element: Element, heat: number | null): void {
  if (heat === null) element.removeAttribute('data-heat');
  else if (element.getAttribute('data-heat') !== String(heat)) {
    element.setAttribute('data-heat', String(heat));
  }
}

function mark(element: Element, name: string, is: boolean): void {
  if (is === element.hasAttribute(name)) return;
  if (is) element.setAttribute(name, 'true');
  else element.removeAttribute(name);
}
