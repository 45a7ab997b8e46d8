/** A line between two places that can be moved, by hand or with the arrow keys. */
import { useRef, useState } from 'preact/hooks';

interface Props {
  readonly side: 'tree' | 'side';
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

export function Splitter({ side, label, from, to }: Props) {
  const [width, setWidth] = useState(side === 'tree' ? 400 : 320);
  const grip = useRef<{ x: number; width: number } | null>(null);
  const direction = side === 'tree' ? 1 : -1;
  const move = (next: number) => {
    const held = Math.min(to, Math.max(from, next));
    setWidth(held);
    page()?.style.setProperty(`--${side}-width`, `${held}px`);
  };
  return (
    <div
      class="splitter"
      role="separator"
      tabIndex={0}
      data-side={side}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={from}
      aria-valuemax={to}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -20, ArrowRight: 20 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        move(width + step * direction);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { x: event.clientX, width: widthOf(side) ?? width };
      }}
      onPointerMove={(event) => {
        if (grip.current === null) return;
        move(grip.current.width + (event.clientX - grip.current.x) * direction);
      }}
      onPointerUp={() => {
        grip.current = null;
      }}
    />
  );
}

const page = (): HTMLElement | null => document.querySelector('.page');

function widthOf(side: Props['side']): number | undefined {
  return document.querySelector(`.page-${side}`)?.getBoundingClientRect().width;
}
