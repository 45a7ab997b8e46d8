/** A long list of rows that are all as high: only those in sight are in the document. */
import type { ComponentChildren, HTMLAttributes } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { scrollTo, seenRows } from '../model/window.ts';
import './rows.css';

interface Props {
  readonly count: number;
  readonly rowHeight: number;
  readonly row: (index: number) => ComponentChildren;
  /** Brought into sight when it changes, or when `sought` does. */
  readonly focus?: number | null;
  readonly sought?: unknown;
  /** Stays at the end while there comes more. */
  readonly isFollowing?: boolean;
  /** Somebody scrolled; whether the end is in sight. */
  readonly onScrolled?: (isAtEnd: boolean) => void;
  readonly attributes?: HTMLAttributes<HTMLDivElement>;
}

export function Rows(props: Props) {
  const { count, rowHeight, row, focus, sought, isFollowing, onScrolled, attributes } = props;
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height }, setPlace] = useState({ top: 0, height: 600 });
  const expected = useRef(-1);
  const measure = () => {
    const { scrollTop, clientHeight } = box.current ?? { scrollTop: 0, clientHeight: 0 };
    setPlace((was) =>
      was.top === scrollTop && was.height === clientHeight
        ? was
        : { top: scrollTop, height: clientHeight },
    );
  };
  const move = (to: number) => {
    if (box.current === null || Math.abs(box.current.scrollTop - to) < 1) return;
    box.current.scrollTop = to;
    expected.current = box.current.scrollTop;
    measure();
  };
  useLayoutEffect(() => {
    if (box.current === null) return;
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (isFollowing === true) move(count * rowHeight);
  }, [isFollowing, count, rowHeight, height]);
  useLayoutEffect(() => {
    if (focus === null || focus === undefined || focus < 0 || box.current === null) return;
    move(scrollTo(focus, rowHeight, box.current.scrollTop, box.current.clientHeight));
  }, [focus, sought]);

  const { from, until } = seenRows(count, rowHeight, top, height);
  const shown = [];
  for (let i = from; i < until; i += 1) shown.push(row(i));
  return (
    <div
      {...attributes}
      class={`rows ${attributes?.class ?? ''}`}
      ref={box}
      onScroll={() => {
        measure();
        const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = box.current ?? {};
        // What we moved ourselves is nobody's wish.
        if (Math.abs(scrollTop - expected.current) < 1) return;
        expected.current = -1;
        onScrolled?.(scrollTop + clientHeight >= scrollHeight - rowHeight);
      }}
    >
      <div class="rows-all" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        <div class="rows-seen" role="presentation" style={{ top: `${from * rowHeight}px` }}>
          {shown}
        </div>
      </div>
    </div>
  );
}
