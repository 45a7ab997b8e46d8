/**
 * The picture of a definition, drawn once. What changes while one looks is attributes
 * that `live.ts` sets on these elements.
 */
import { memo } from 'preact/compat';
import type {
  Definition,
  DefinitionEdge,
  DefinitionNode,
  LaidOutArrow,
  LaidOutNode,
  Point,
} from '../../src/inspection/protocol.ts';
import { edgeTitle, familiesOf } from './facts.ts';
import { headPath, roundPath } from './path.ts';

interface Props {
  readonly definition: Definition;
}

export const Picture = memo(function Picture({ definition }: Props) {
  const { layout } = definition;
  if (layout === null) return null;
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const edges = new Map(definition.edges.map((edge) => [edge.id, edge]));
  const names = new Map(definition.nodes.map(({ id, name }) => [id, name]));
  const families = familiesOf(definition);
  const parents = new Set(definition.nodes.map(({ parent }) => parent));
  return (
    <g>
      {layout.nodes.map((place) => {
        const node = nodes.get(place.id);
        return node === undefined ? null : (
          <StateBox
            key={place.id}
            node={node}
            place={place}
            family={families.get(place.id) ?? 'plain'}
            isLeaf={!parents.has(place.id)}
            edges={edges}
            names={names}
          />
        );
      })}
      {layout.initials.map(({ of, dot, route }) => (
        <g key={of ?? ''} class="chart-initial" aria-hidden="true">
          <circle cx={dot.x} cy={dot.y} r={4.5} />
          <path d={roundPath(route)} />
          <path class="chart-head" d={headPath(route)} />
        </g>
      ))}
      {layout.arrows.map((arrow) => (
        <ArrowLine
          key={nameOf(arrow)}
          arrow={arrow}
          edges={edges}
          source={layout.nodes.find(({ id }) => id === arrow.source)}
        />
      ))}
      {layout.arrows.map((arrow) => (
        <ArrowLabel key={nameOf(arrow)} arrow={arrow} edges={edges} names={names} />
      ))}
    </g>
  );
});

interface StateProps {
  readonly node: DefinitionNode;
  readonly place: LaidOutNode;
  readonly family: string;
  readonly isLeaf: boolean;
  readonly edges: ReadonlyMap<string, DefinitionEdge>;
  readonly names: ReadonlyMap<string, string>;
}

function StateBox({ node, place, family, isLeaf, edges, names }: StateProps) {
  const { x, y, width, height, title, lines, head } = place;
  const kind = isLeaf ? node.kind : `inner ${node.kind}`;
  return (
    <g
      class={`chart-node ${family} ${kind}`}
      data-node={node.id}
      tabindex={0}
      role="button"
      aria-label={`state ${node.name}`}
      transform={`translate(${x} ${y})`}
    >
      <title>{[node.id, node.description].filter((text) => text !== null).join('\n')}</title>
      <rect class="chart-box" width={width} height={height} rx={isLeaf ? 7 : 9} />
      {node.kind === 'final' ? (
        <rect class="chart-rim" x={3} y={3} width={width - 6} height={height - 6} rx={5} />
      ) : null}
      {isLeaf ? null : <path class="chart-strip" d={`M0 ${head - 4}H${width}`} />}
      {node.kind === 'history' ? (
        <text class="chart-history" x={title.x - 14} y={title.y}>
          H
        </text>
      ) : (
        <circle class="chart-dot" cx={title.x - 9} cy={title.y - 4.5} r={3.5} />
      )}
      <text class="chart-name" x={title.x} y={title.y} data-width={title.width}>
        {title.text}
      </text>
      {lines.map((line) => {
        const edge = line.edge === null ? undefined : edges.get(line.edge);
        if (edge !== undefined) {
          return (
            <EdgeLine
              key={edge.id}
              edge={edge}
              text={line.text}
              x={line.x}
              y={line.y}
              width={line.width}
              besideX={line.x + line.width + 4}
              names={names}
            />
          );
        }
        return (
          <text
            key={line.kind + line.text}
            class={`chart-detail ${line.kind}`}
            x={line.x}
            y={line.y}
            data-width={line.width}
          >
            {line.text}
          </text>
        );
      })}
    </g>
  );
}

interface ArrowProps {
  readonly arrow: LaidOutArrow;
  readonly edges: ReadonlyMap<string, DefinitionEdge>;
}

interface ArrowLineProps extends ArrowProps {
  readonly source: LaidOutNode | undefined;
}

function ArrowLine({ arrow, edges, source }: ArrowLineProps) {
  return (
    <g
      class={`chart-arrow ${kindOf(arrow, edges)}`}
      data-arrow={nameOf(arrow)}
      data-source={arrow.source}
      data-target={arrow.target}
      aria-hidden="true"
    >
      {arrow.routes.map((route) => {
        const path = roundPath(route);
        return (
          <g key={path}>
            <path class="chart-hit" d={path} />
            <path class="chart-line" d={path} />
            <path class="chart-flow" d={path} pathLength={1} />
            <path class="chart-head" d={headPath(route)} />
            {source !== undefined && beginsInside(source, route[0]) ? (
              <circle class="chart-head" cx={route[0]?.x} cy={route[0]?.y} r={2.6} />
            ) : null}
          </g>
        );
      })}
    </g>
  );
}

function ArrowLabel({ arrow, edges, names }: ArrowProps & Pick<StateProps, 'names'>) {
  const { label } = arrow;
  if (label === null) return null;
  const { x, y, width, height, lines } = label;
  return (
    <g
      class={`chart-label ${kindOf(arrow, edges)}`}
      data-arrow={nameOf(arrow)}
      data-source={arrow.source}
      data-target={arrow.target}
      transform={`translate(${x} ${y})`}
    >
      <rect class="chart-pill" width={width} height={height} rx={Math.min(10, height / 2)} />
      {lines.map(({ edge: id, text }, i) => {
        const edge = edges.get(id);
        return edge === undefined ? null : (
          <EdgeLine
            key={id}
            edge={edge}
            text={text}
            x={width / 2}
            y={14 + i * 15}
            width={width - 12}
            besideX={width - (edge.kind === 'after' ? 52 : 31)}
            names={names}
            isCentred
          />
        );
      })}
    </g>
  );
}

interface LineProps extends Pick<StateProps, 'names'> {
  readonly edge: DefinitionEdge;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Where a count or a countdown has room. */
  readonly besideX: number;
  readonly isCentred?: boolean;
}

function EdgeLine({ edge, text, x, y, width, besideX, names, isCentred = false }: LineProps) {
  const rest = text.startsWith(edge.label) ? text.slice(edge.label.length) : '';
  const title = edgeTitle(edge, names);
  return (
    <g
      class={`chart-edge ${edge.kind} ${isCentred ? 'centred' : 'internal'}`}
      data-edge={edge.id}
      tabindex={-1}
      role="button"
      aria-label={title}
    >
      <title>{title}</title>
      <rect
        class="chart-edge-hit"
        x={isCentred ? 2 : x - 3}
        y={y - 11}
        width={isCentred ? width + 8 : width + 6}
        height={15}
        rx={4}
      />
      <text class="chart-text" x={x} y={y} data-width={width}>
        {rest === '' ? text : edge.label}
        {rest === '' ? null : <tspan class="chart-guard">{rest}</tspan>}
      </text>
      <text class="chart-count" x={besideX + 13} y={y} />
      {edge.kind === 'after' ? (
        <g class="chart-countdown" transform={`translate(${besideX + 7} ${y - 4})`}>
          <circle class="chart-ring" r={5.5} />
          <circle class="chart-rest" r={5.5} pathLength={1} transform="rotate(-90)" />
          <text class="chart-left" x={9} y={4} />
        </g>
      ) : null}
    </g>
  );
}

/** The look of an arrow is that of all its edges, where they agree. */
function kindOf({ edges: ids }: LaidOutArrow, edges: ReadonlyMap<string, DefinitionEdge>): string {
  const kinds = new Set(ids.map((id) => edges.get(id)?.kind ?? 'event'));
  return kinds.size === 1 ? ([...kinds][0] ?? 'event') : 'event';
}

/** From a state into itself: there is no border that it could leave from. */
const beginsInside = ({ x, y, width, height }: LaidOutNode, at: Point | undefined): boolean =>
  at !== undefined && at.x > x + 1 && at.x < x + width - 1 && at.y > y + 1 && at.y < y + height - 1;

const nameOf = ({ source, target }: LaidOutArrow): string => `${source} → ${target}`;
