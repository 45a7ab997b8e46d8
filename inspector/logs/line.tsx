/** One line, or one change of state between lines. Whatever was written stays text. */
import type { ComponentChildren } from 'preact';
import { type Piece, piecesOf } from '../model/ansi.ts';
import { type Entry, found } from '../model/log-buffer.ts';
import { navigate } from '../model/session.ts';
import { clockTime } from '../shell/time.ts';

interface Props {
  readonly entry: Entry | undefined;
  readonly isCurrent: boolean;
  readonly isLater: boolean;
  readonly written: string;
  readonly isRegex: boolean;
}

export function Line({ entry, isCurrent, isLater, written, isRegex }: Props) {
  if (entry === undefined) return null;
  const classes = `${isCurrent ? 'is-current' : ''} ${isLater ? 'is-later' : ''}`;
  const isAbout = entry.kind === 'line' && entry.line.about === true;
  const time = (
    <button
      type="button"
      class="logs-time"
      tabIndex={-1}
      title={isAbout ? aboutTitle : undefined}
      onClick={() => navigate({ moment: entry.at })}
    >
      {isAbout ? '~' : ''}
      {clockTime(entry.at)}
    </button>
  );
  if (entry.kind === 'state') {
    const { word, detail, family } = entry.segment;
    return (
      <div class={`logs-state ${family} ${classes}`}>
        {time}
        <span class="chip">{word}</span>
        <span class="logs-detail">{detail === word ? '' : detail}</span>
        <hr />
      </div>
    );
  }
  const marks = found(entry.text, written, isRegex);
  return (
    <div class={`logs-line ${classes}`}>
      {time}
      <span class="logs-text">{piecesOf(entry.line.text).map(drawing(marks))}</span>
    </div>
  );
}

const aboutTitle =
  'About then: the line does not say when it was written; its run had come about so far';

/** Colours of the line and marks of the search lie across each other, so pieces are cut at both. */
function drawing(marks: readonly (readonly [number, number])[]) {
  let from = 0;
  return (piece: Piece, i: number): ComponentChildren => {
    const begin = from;
    from += piece.text.length;
    const parts: ComponentChildren[] = [];
    let at = begin;
    for (const [start, end] of marks) {
      const [left, right] = [Math.max(start, begin), Math.min(end, from)];
      if (left >= right) continue;
      parts.push(piece.text.slice(at - begin, left - begin));
      parts.push(<mark key={left}>{piece.text.slice(left - begin, right - begin)}</mark>);
      at = right;
    }
    parts.push(piece.text.slice(at - begin));
    if (piece.style === '' && piece.colour === null && piece.background === null) return parts;
    return (
      <span
        key={i}
        class={piece.style}
        style={{ color: piece.colour, backgroundColor: piece.background }}
      >
        {parts}
      </span>
    );
  };
}
