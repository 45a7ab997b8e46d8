/** All of the chart, small, with the part that is seen; to be moved by it. */
import { memo } from 'preact/compat';
import type { Box, Definition } from '../../src/inspection/protocol.ts';
import { familiesOf } from './facts.ts';

interface Props {
  readonly definition: Definition;
  readonly seen: Box;
  readonly isHidden: boolean;
  readonly onMove: (x: number, y: number) => void;
}

const room = 150;

export function Minimap({ definition, seen, isHidden, onMove }: Props) {
  const { layout } = definition;
  if (layout === null) return null;
  const scale = Math.min(room / layout.width, room / layout.height);
  const move = (event: PointerEvent) => {
    if (event.buttons !== 1) return;
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    onMove((event.clientX - left) / scale, (event.clientY - top) / scale);
  };
  return (
    <svg
      class="chart-minimap"
      data-hidden={isHidden ? 'true' : undefined}
      width={layout.width * scale}
      height={layout.height * scale}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      aria-hidden="true"
      onPointerDown={move}
      onPointerMove={move}
    >
      <Boxes definition={definition} />
      <rect class="chart-seen" x={seen.x} y={seen.y} width={seen.width} height={seen.height} />
    </svg>
  );
}

const Boxes = memo(function Boxes({ definition }: { readonly definition: Definition }) {
  const families = familiesOf(definition);
  const inner = new Set(definition.nodes.map(({ parent }) => parent));
  return (
    <g>
      {definition.layout?.nodes.map(({ id, x, y, width, height }) => (
        <rect
          key={id}
          class={`chart-mini ${inner.has(id) ? 'inner' : ''} ${families.get(id) ?? 'plain'}`}
          data-node={id}
          x={x}
          y={y}
          width={width}
          height={height}
          rx={14}
        />
      ))}
    </g>
  );
});
