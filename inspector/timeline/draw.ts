/** Draws the lanes that are in sight, and of each only what falls into the stretch. */

import { search } from '../model/history.ts';
import { type Command, indexAt, type Lane, type Mark, type Segment } from '../model/lanes.ts';
import { type Range, ticksOf } from '../model/range.ts';
import type { Family } from '../model/words.ts';
import { clockTime } from '../shell/time.ts';
import { commandText, saysLess } from './command-text.ts';
import type { Palette } from './palette.ts';

export const laneHeight = 22;
export const axisHeight = 30;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly gutter: number;
  readonly range: Range;
  readonly lanes: readonly Lane[];
  /** How deep each lane is in the tree. */
  readonly depths: readonly number[];
  readonly commands: readonly Command[];
  readonly scrollTop: number;
  readonly selected: string | null;
  readonly moment: number | null;
  /** What lies behind is not known yet. */
  readonly known: number;
  readonly hovered: number | null;
}

export interface Scale {
  readonly x: (at: number) => number;
  readonly at: (x: number) => number;
}

export function scaleOf({
  width,
  gutter,
  range,
}: Pick<Picture, 'width' | 'gutter' | 'range'>): Scale {
  const perMs = (width - gutter) / (range.until - range.from || 1);
  return {
    x: (at) => gutter + (at - range.from) * perMs,
    at: (x) => range.from + (x - gutter) / perMs,
  };
}

type Pen = CanvasRenderingContext2D;

export function draw(pen: Pen, picture: Picture, palette: Palette): void {
  const { width, height, gutter, lanes, scrollTop } = picture;
  const scale = scaleOf(picture);
  pen.fillStyle = palette.panel;
  pen.fillRect(0, 0, width, height);
  pen.font = '11px system-ui, sans-serif';
  pen.textBaseline = 'middle';

  const ticks = ticksOf(picture.range, width - gutter);
  pen.fillStyle = palette.line;
  for (const one of ticks.at) pen.fillRect(scale.x(one), 16, 0.5, height);
  pen.save();
  pen.beginPath();
  pen.rect(0, axisHeight, width, height - axisHeight);
  pen.clip();
  const first = Math.max(0, Math.floor(scrollTop / laneHeight));
  const last = Math.min(lanes.length, Math.ceil((scrollTop + height - axisHeight) / laneHeight));
  for (let i = first; i < last; i += 1) {
    const lane = lanes[i];
    if (lane === undefined) continue;
    const y = axisHeight + i * laneHeight - scrollTop;
    drawGround(pen, picture, palette, lane, i, y);
    pen.save();
    pen.beginPath();
    pen.rect(gutter, y, width - gutter, laneHeight);
    pen.clip();
    drawSegments(pen, picture, palette, scale, lane, y);
    drawMarks(pen, picture, palette, scale, lane, y);
    pen.restore();
  }
  pen.restore();
  drawAxis(pen, picture, palette, scale);
  drawMoment(pen, picture, palette, scale);
}

function drawGround(
  pen: Pen,
  { width, gutter, selected, hovered, depths }: Picture,
  palette: Palette,
  lane: Lane,
  i: number,
  y: number,
): void {
  if (lane.key === selected || i === hovered) {
    pen.fillStyle = lane.key === selected ? palette.selected : palette.hover;
    pen.fillRect(0, y, width, laneHeight);
  }
  pen.fillStyle = lane.kind === 'group' ? palette.text : palette.muted;
  if (lane.key === selected) pen.fillStyle = palette.text;
  const indent = 10 + (depths[i] ?? 0) * 10;
  pen.fillText(fitted(pen, lane.name, gutter - indent - 8), indent, y + laneHeight / 2);
  pen.fillStyle = palette.line;
  pen.fillRect(gutter, y + laneHeight - 0.5, width - gutter, 0.5);
}

const gravity: Readonly<Record<Family, number>> = { bad: 4, busy: 3, plain: 2, up: 1, down: 0 };

function drawSegments(
  pen: Pen,
  { range, known, width, gutter }: Picture,
  palette: Palette,
  { x }: Scale,
  { segments }: Lane,
  y: number,
): void {
  const until = Math.min(range.until, known);
  let drawnTo = -1;
  let drawnGravity = -1;
  for (let i = Math.max(0, indexAt(segments, range.from)); i < segments.length; ) {
    const segment = segments[i] as Segment;
    if (segment.from > until) break;
    let end = i + 1;
    while (segments[end]?.word === segment.word) end += 1;
    const left = Math.max(gutter, x(segment.from));
    const right = Math.min(width, x(Math.min(segments[end]?.from ?? until, until)));
    i = end;
    // Of many in one pixel the worst is seen.
    const weight = gravity[segment.family];
    const isHidden = right - drawnTo < 0.6 && weight <= drawnGravity;
    if (isHidden) continue;
    const isThin = segment.family === 'down';
    pen.fillStyle = fillOf(segment, palette);
    const wide = Math.max(right - left, weight >= 3 ? 1.5 : 0.5);
    if (isThin) pen.fillRect(left, y + laneHeight / 2 - 1, wide, 2);
    else pen.fillRect(left, y + 4, wide, laneHeight - 8);
    drawnTo = left + wide;
    drawnGravity = weight;
    if (!isThin && wide > 50) drawWord(pen, palette, segment, left, wide, y);
  }
}

/** Of states about which nothing is known each has a colour of its own, the same every time. */
function fillOf({ family, word }: Segment, { fill, isDark }: Palette): string {
  if (family !== 'plain') return fill[family];
  let hash = 7;
  for (let i = 0; i < word.length; i += 1) hash = (hash * 31 + word.charCodeAt(i)) % 3_600;
  return `hsl(${hash % 360} ${isDark ? '35% 32%' : '55% 80%'})`;
}

function drawWord(
  pen: Pen,
  palette: Palette,
  { word }: Segment,
  left: number,
  wide: number,
  y: number,
): void {
  // Past the mark that may stand at its beginning.
  pen.fillStyle = palette.text;
  pen.fillText(fitted(pen, word, wide - 18), left + 11, y + laneHeight / 2);
}

const glyphs: Readonly<Record<Mark['kind'], string>> = {
  crash: '✕',
  defect: '!',
  kill: '■',
  restart: '↻',
  signal: '↯',
  exit: '◦',
};
const order: readonly Mark['kind'][] = ['exit', 'signal', 'restart', 'kill', 'crash', 'defect'];
const markWidth = 13;

/** Where they lie too close, the gravest is drawn. */
function drawMarks(
  pen: Pen,
  { range }: Picture,
  palette: Palette,
  { x }: Scale,
  { marks }: Lane,
  y: number,
): void {
  const shown: { mark: Mark; at: number }[] = [];
  for (
    let i = search(marks.length, (k) => (marks[k]?.at ?? 0) >= range.from);
    i < marks.length;
    i += 1
  ) {
    const mark = marks[i] as Mark;
    if (mark.at > range.until) break;
    const at = x(mark.at);
    const last = shown.at(-1);
    if (last === undefined || at - last.at >= markWidth) shown.push({ mark, at });
    else if (order.indexOf(mark.kind) > order.indexOf(last.mark.kind)) last.mark = mark;
  }
  pen.textAlign = 'center';
  for (const { mark, at } of shown) {
    const isBad = mark.kind === 'crash' || mark.kind === 'kill' || mark.kind === 'defect';
    pen.beginPath();
    pen.arc(at, y + laneHeight / 2, 6.5, 0, 7);
    pen.fillStyle = palette.panel;
    pen.fill();
    pen.lineWidth = 1.2;
    pen.strokeStyle = isBad
      ? palette.ink.bad
      : mark.kind === 'exit'
        ? palette.faint
        : palette.ink.busy;
    pen.stroke();
    pen.fillStyle = pen.strokeStyle;
    pen.fillText(glyphs[mark.kind], at, y + laneHeight / 2 + 0.5);
  }
  pen.textAlign = 'left';
}

function drawAxis(pen: Pen, picture: Picture, palette: Palette, { x }: Scale): void {
  const { width, height, gutter, range, commands } = picture;
  pen.fillStyle = palette.panel;
  pen.fillRect(0, 0, width, axisHeight);
  const { stepMs, at } = ticksOf(range, width - gutter);
  pen.fillStyle = palette.faint;
  for (const one of at) {
    pen.fillRect(x(one), 4, 0.5, 8);
    pen.fillText(labelOf(one, stepMs), x(one) + 4, 9);
  }
  pen.save();
  pen.beginPath();
  pen.rect(gutter, 0, width - gutter, height);
  pen.clip();
  let free = -Infinity;
  for (const [i, command] of commands.entries()) {
    if (command.at < range.from || command.at > range.until) continue;
    const left = x(command.at);
    const isNamed = left >= free && !saysLess(command, commands[i + 1]);
    pen.fillStyle = palette.accent;
    pen.globalAlpha = 0.55;
    // Not through the name of another one.
    pen.fillRect(left, isNamed ? 18 : axisHeight, 1, height);
    pen.globalAlpha = 1;
    if (!isNamed) continue;
    const text = commandText(command);
    pen.fillText(text, left + 3, 23);
    free = left + pen.measureText(text).width + 10;
  }
  pen.restore();
  pen.fillStyle = palette.line;
  pen.fillRect(0, axisHeight - 1, width, 1);
  pen.fillRect(gutter - 1, 0, 1, height);
}

function drawMoment(pen: Pen, picture: Picture, palette: Palette, { x }: Scale): void {
  const { moment, range, height, width, gutter } = picture;
  if (moment === null) return;
  const left = Math.max(gutter, x(moment));
  pen.fillStyle = palette.panel;
  pen.globalAlpha = 0.55;
  if (left < width) pen.fillRect(left, axisHeight, width - left, height);
  pen.globalAlpha = 1;
  if (moment < range.from || moment > range.until) return;
  pen.fillStyle = palette.accent;
  pen.fillRect(left - 1, 0, 2, height);
}

function labelOf(at: number, stepMs: number): string {
  const text = clockTime(at);
  return stepMs < 1_000 ? text.slice(3) : stepMs < 60_000 ? text.slice(0, 8) : text.slice(0, 5);
}

const widths = new Map<string, string>();

/** With an ellipsis where it is too long. Measuring is dear, so what was measured is kept. */
function fitted(pen: Pen, text: string, width: number): string {
  const room = Math.floor(width / 4) * 4;
  if (room <= 8) return '';
  const key = `${room} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > 5_000) widths.clear();
  let short = text;
  while (short.length > 1 && pen.measureText(short === text ? text : `${short}…`).width > room) {
    short = short.slice(0, -1);
  }
  const result = short === text ? text : `${short}…`;
  widths.set(key, result);
  return result;
}
