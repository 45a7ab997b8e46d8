/** Orthogonal routes as SVG paths with round corners, and the heads of arrows. */
import type { Point } from '../../src/inspection/protocol.ts';

const radius = 7;

export function roundPath(route: readonly Point[]): string {
  const [first, ...rest] = route;
  if (first === undefined) return '';
  const parts = [`M${at(first)}`];
  let from = first;
  for (const [i, corner] of rest.entries()) {
    const next = rest[i + 1];
    if (next === undefined) parts.push(`L${at(corner)}`);
    else {
      const r = Math.min(radius, distance(from, corner) / 2, distance(corner, next) / 2);
      parts.push(`L${at(towards(corner, from, r))}Q${at(corner)} ${at(towards(corner, next, r))}`);
    }
    from = corner;
  }
  return parts.join('');
}

/** A triangle at the end of the route; empty where there is none. */
export function headPath(route: readonly Point[], length = 8, half = 3.6): string {
  const tip = route.at(-1);
  const before = route.at(-2);
  if (tip === undefined || before === undefined) return '';
  const d = distance(before, tip) || 1;
  const [ux, uy] = [(tip.x - before.x) / d, (tip.y - before.y) / d];
  const base = { x: tip.x - ux * length, y: tip.y - uy * length };
  const left = { x: base.x - uy * half, y: base.y + ux * half };
  const right = { x: base.x + uy * half, y: base.y - ux * half };
  return `M${at(tip)}L${at(left)}L${at(right)}Z`;
}

function towards(from: Point, to: Point, by: number): Point {
  const d = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / d, y: from.y + ((to.y - from.y) * by) / d };
}

const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);
const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
const round = (x: number): number => Math.round(x * 10) / 10;
