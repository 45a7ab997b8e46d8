/**
 * What stands in a chart's boxes, and how much room it takes. Node cannot measure text,
 * so widths are those of the widest of the usual fonts; the page sets the same sizes.
 */
import type { DefinitionEdge, DefinitionNode, LaidOutLine, LaidOutNode } from '../protocol.ts';

/** Per em: SF Mono and Menlo are the widest of the monospaced fonts that the page asks for. */
const monoWidth = 0.625;
const lineHeight = 15;
const namePx = 13;
const detailPx = 11;
const maxLabel = 40;

/** A wide letter takes two cells, as in a terminal. */
export function widthOf(text: string, px = detailPx): number {
  let cells = 0;
  for (const letter of text) cells += (letter.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return Math.ceil(cells * px * monoWidth);
}

const nameWidth = (name: string): number => Math.ceil(widthOf(name, namePx) * 1.14);

export function shorten(text: string, length = maxLabel): string {
  const letters = [...text];
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`;
}

/** One line of a label: `kill [isAsked] / obey`. It begins with the edge's own label. */
export function lineOf({ label, guard, actions }: DefinitionEdge): string {
  const guarded = guard === null ? label : `${label} [${guard}]`;
  const rest = actions.length > 1 ? ` +${actions.length - 1}` : '';
  return shorten(actions.length === 0 ? guarded : `${guarded} / ${actions[0]}${rest}`);
}

export interface Content extends Pick<LaidOutNode, 'title' | 'lines'> {
  readonly width: number;
  readonly height: number;
}

/** The name, and below it what happens in the state; the box must hold all of it. */
export function contentOf(
  node: DefinitionNode,
  internals: readonly DefinitionEdge[],
  isLeaf: boolean,
): Content {
  const room = isLeaf ? 190 : 420;
  const rows = [
    ...node.invokes.map((text) => ({ kind: 'invoke' as const, text: `⟳ ${text}` })),
    ...node.entry.map((text) => ({ kind: 'entry' as const, text: `entry / ${text}` })),
    ...node.exit.map((text) => ({ kind: 'exit' as const, text: `exit / ${text}` })),
  ];
  const lines: LaidOutLine[] = [];
  const left = 12;
  let y = 20;
  const name = shorten(node.name, 32);
  const title = { text: name, x: left + 14, y, width: nameWidth(name) };
  let width = title.x + title.width + 12;
  const put = (line: Omit<LaidOutLine, 'x' | 'y' | 'width'>, x: number, beside = 0): number => {
    const taken = widthOf(line.text);
    lines.push({ ...line, x, y, width: taken });
    width = Math.max(width, x + taken + 12 + beside);
    return taken;
  };
  for (const { kind, text } of rows) {
    y += lineHeight;
    put({ kind, text: shorten(text), edge: null }, left);
  }
  let x = Number.POSITIVE_INFINITY;
  for (const edge of internals) {
    const text = lineOf(edge);
    const beside = roomBeside(edge);
    if (x + widthOf(text) > room) {
      x = left;
      y += lineHeight;
    }
    x += put({ kind: 'internal', text, edge: edge.id }, x, beside) + beside;
  }
  return { width: Math.max(width, 64), height: y + 11, title, lines };
}

/** Beside a line there is room for what the page shows there: a count, or a countdown. */
const roomBeside = ({ kind }: DefinitionEdge): number => (kind === 'after' ? 50 : 26);

export function labelOf(edges: readonly DefinitionEdge[]): {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly { readonly edge: string; readonly text: string }[];
} {
  const lines = edges.map((edge) => ({ edge: edge.id, text: lineOf(edge) }));
  const widths = edges.map((edge) => widthOf(lineOf(edge)) + roomBeside(edge));
  return { width: Math.max(...widths) + 12, height: lines.length * lineHeight + 5, lines };
}
