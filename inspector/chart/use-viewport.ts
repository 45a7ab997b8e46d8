/** The viewport of a chart as a hook: it follows the active state until somebody moves it. */
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Box, Layout } from '../../src/inspection/protocol.ts';
import { Viewport } from './viewport.ts';

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};

export function useViewport(
  svg: RefObject<SVGSVGElement | null>,
  layout: Layout | null,
  leaf: string | null,
  around: string | null,
) {
  const world = useRef<SVGGElement>(null);
  const viewport = useRef<Viewport | null>(null);
  const dragged = useRef(false);
  const isFresh = useRef(true);
  const [seen, setSeen] = useState<Box>({ x: 0, y: 0, width: 1, height: 1 });
  const [isFollowing, setFollowing] = useState(true);
  const [size, setSize] = useState(0);

  useLayoutEffect(() => {
    if (svg.current === null || layout === null) return;
    const made = new Viewport(svg.current, layout, ({ x, y, scale }, isByHand) => {
      world.current?.setAttribute('transform', `translate(${x} ${y}) scale(${scale})`);
      svg.current?.toggleAttribute('data-far', scale < 0.4);
      setSeen(made.seen);
      if (isByHand) setFollowing(false);
    });
    viewport.current = made;
    isFresh.current = true;
    setFollowing(true);
    const observer = new ResizeObserver(() => setSize((n) => n + 1));
    observer.observe(svg.current);
    const stop = followPointer(svg.current, made, dragged);
    return () => {
      stop();
      observer.disconnect();
      made.stop();
    };
  }, [svg, layout]);

  useEffect(() => {
    if (!isFollowing || viewport.current === null || layout === null) return;
    const place = (id: string | null) => layout.nodes.find((node) => node.id === id);
    const box = place(leaf) ?? layout.nodes[0];
    if (box !== undefined) viewport.current.show(box, place(around) ?? box, !isFresh.current);
    isFresh.current = false;
  }, [layout, leaf, around, isFollowing, size]);

  const onKeyDown = (event: KeyboardEvent) => {
    const { current } = viewport;
    if (current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    if (step !== undefined) current.move(...step);
    else if (event.key === '+' || event.key === '=') current.zoom(1.25);
    else if (event.key === '-') current.zoom(0.8);
    else if (event.key === '0') current.fit(true);
    else return;
    event.preventDefault();
  };

  return {
    world,
    seen,
    isFollowing,
    /** All of it is seen. */
    isWhole:
      layout === null ||
      (seen.x <= 1 &&
        seen.y <= 1 &&
        seen.x + seen.width >= layout.width - 1 &&
        seen.y + seen.height >= layout.height - 1),
    onKeyDown,
    wasDragged: () => dragged.current,
    zoom: (by: number) => viewport.current?.zoom(by),
    fit: () => viewport.current?.fit(true),
    follow: () => setFollowing((is) => !is),
    centre: (x: number, y: number) => viewport.current?.centre(x, y),
    reveal: (target: EventTarget | null) => {
      const { current } = viewport;
      if (
        current === null ||
        !(target instanceof SVGGElement) ||
        !target.matches(':focus-visible')
      ) {
        return;
      }
      const box = boxOf(target, current, svg.current);
      if (box !== null) current.reveal(box);
    },
  };
}

/** Where an element is in the picture. */
function boxOf(target: Element, { shift }: Viewport, svg: SVGSVGElement | null): Box | null {
  if (svg === null) return null;
  // A browser scrolls to what gets the focus, even where nothing is meant to scroll.
  svg.parentElement?.scrollTo(0, 0);
  const outer = svg.getBoundingClientRect();
  const { left, top, width, height } = target.getBoundingClientRect();
  return {
    x: (left - outer.left - shift.x) / shift.scale,
    y: (top - outer.top - shift.y) / shift.scale,
    width: width / shift.scale,
    height: height / shift.scale,
  };
}

function followPointer(
  svg: SVGSVGElement,
  viewport: Viewport,
  dragged: { current: boolean },
): () => void {
  let last: { x: number; y: number } | null = null;
  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    const { left, top } = svg.getBoundingClientRect();
    if (event.shiftKey) return viewport.move(-(event.deltaX || event.deltaY), 0);
    const lines = event.deltaMode === 1 ? 16 : 1;
    const by = Math.exp(-Math.min(Math.max(event.deltaY * lines, -160), 160) / 500);
    viewport.zoom(by, { x: event.clientX - left, y: event.clientY - top });
  };
  const onDown = (event: PointerEvent) => {
    dragged.current = false;
    if (event.button === 0) last = { x: event.clientX, y: event.clientY };
  };
  const onMove = (event: PointerEvent) => {
    if (last === null) return;
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    // A hand that trembles does not mean to drag.
    if (!dragged.current && Math.hypot(dx, dy) < 4) return;
    dragged.current = true;
    svg.setPointerCapture(event.pointerId);
    last = { x: event.clientX, y: event.clientY };
    viewport.move(dx, dy);
  };
  const onUp = () => {
    last = null;
  };
  svg.addEventListener('wheel', onWheel, { passive: false });
  svg.addEventListener('pointerdown', onDown);
  svg.addEventListener('pointermove', onMove);
  svg.addEventListener('pointerup', onUp);
  svg.addEventListener('pointercancel', onUp);
  return () => {
    svg.removeEventListener('wheel', onWheel);
    svg.removeEventListener('pointerdown', onDown);
    svg.removeEventListener('pointermove', onMove);
    svg.removeEventListener('pointerup', onUp);
    svg.removeEventListener('pointercancel', onUp);
  };
}
