/** Which rows of a long list can be seen: arithmetic of lists whose rows are all as high. */

export interface Seen {
  /** The first, and the one after the last, with some beyond either end. */
  readonly from: number;
  readonly until: number;
}

export function seenRows(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
  beyond = 6,
): Seen {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const last = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight);
  const until = Math.min(count, last + beyond);
  return { from: Math.max(0, Math.min(first - beyond, until)), until };
}

/** Where to scroll so that a row is in sight, moving no more than it takes. */
export function scrollTo(
  row: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}
