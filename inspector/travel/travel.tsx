/** The bar at the bottom: all that is known as one line, to be at any moment of it. */
import type { TargetedKeyboardEvent } from 'preact';
import { useMemo } from 'preact/hooks';
import { history, info, moment, navigate, now, selected, source } from '../model/session.ts';
import { clockTime, duration } from '../shell/time.ts';
import { backToLive, isLive, isLoading, left, loadEarlier, problem } from './earlier.ts';
import { Marks, placeMarks } from './marks.ts';
import { type Direction, stepByRecord, stepByState } from './steps.ts';
import './travel.css';

const earlierMs = 3_600_000;
const places = 400;
const marks = new Marks();

export function Travel() {
  const past = history.value;
  const isRecording = source.value?.kind === 'recording';
  const first = past.first;
  const last = Math.max(isRecording ? past.last : Math.max(now.value, past.last), first + 1);
  const at = moment.value ?? last;
  return (
    <section class="travel" aria-label="Time travel" data-live={isLive(moment.value)}>
      <Earlier />
      <div class="travel-steps">
        <Step to="back" label="One record back" sign="◀" />
        <Step to="forward" label="One record forward" sign="▶" />
      </div>
      <Line first={first} last={last} at={at} />
      <Where at={at} first={first} last={last} />
      <Back isRecording={isRecording} />
    </section>
  );
}

interface LineProps {
  readonly first: number;
  readonly last: number;
  readonly at: number;
}

function Line({ first, last, at }: LineProps) {
  const past = history.peek();
  marks.follow(past);
  const { version } = marks;
  const drawn = useMemo(() => <Drawn first={first} last={last} />, [first, last, version]);
  const travelled = (at - first) / (last - first);
  return (
    <div class="travel-line">
      <svg
        class="travel-marks"
        viewBox={`0 0 ${places} 10`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <rect class="travel-rail" x="0" y="4" width={places} height="2" />
        <rect class="travel-done" x="0" y="4" width={travelled * places} height="2" />
        {drawn}
      </svg>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={moment.value === null ? `now, ${clockTime(at)}` : clockTime(at)}
        min={first}
        max={last}
        step="any"
        value={at}
        onInput={(event) => arrive(event.currentTarget.valueAsNumber, last)}
        onKeyDown={onKey}
      />
    </div>
  );
}

/** Many of them are drawn fainter, or the line would be nothing but marks. */
function Drawn({ first, last }: { readonly first: number; readonly last: number }) {
  const placed = placeMarks(marks.all, first, last, places);
  return (
    <g class={placed.size > places / 6 ? 'is-dense' : ''}>
      {[...placed].map(([place, kind]) => (
        <rect key={place} data-mark={kind} x={place} y="0" width="1" height="10" />
      ))}
    </g>
  );
}

/** Its very end is the present: nobody can aim at a single point. */
function arrive(at: number, last: number): void {
  const span = last - history.peek().first;
  if (last - at <= span * 0.002) backToLiveEnd();
  else navigate({ moment: at });
}

const backToLiveEnd = () => navigate({ moment: null });

function onKey(event: TargetedKeyboardEvent<HTMLInputElement>): void {
  const act = {
    ArrowLeft: () => step('back'),
    ArrowDown: () => step('back'),
    ArrowRight: () => step('forward'),
    ArrowUp: () => step('forward'),
    PageUp: () => stepOwn('back'),
    PageDown: () => stepOwn('forward'),
    Home: () => navigate({ moment: history.peek().first }),
    End: backToLiveEnd,
  }[event.key];
  if (act === undefined) return;
  act();
  event.preventDefault();
}

function step(to: Direction): void {
  go(stepByRecord(history.peek(), moment.peek(), to), to);
}

function stepOwn(to: Direction): void {
  const n = selected.peek();
  if (n === null) step(to);
  else go(stepByState(history.peek(), n, moment.peek(), to), to);
}

/** Forward from the last of them is the present. */
function go(at: number | null, to: Direction): void {
  if (at !== null) navigate({ moment: at });
  else if (to === 'forward') navigate({ moment: null });
}

interface StepProps {
  readonly to: Direction;
  readonly label: string;
  readonly sign: string;
}

function Step({ to, label, sign }: StepProps) {
  return (
    <button
      type="button"
      data-action={`record-${to}`}
      aria-label={label}
      title={`${label} (of the selected actor: with Shift)`}
      disabled={to === 'forward' && moment.value === null}
      onClick={(event) => (event.shiftKey ? stepOwn(to) : step(to))}
    >
      {sign}
    </button>
  );
}

function Where({ at, first, last }: LineProps) {
  const isPast = moment.value !== null;
  return (
    <div class="travel-where" data-at={at}>
      <time>{clockTime(at)}</time>
      <span>{isPast ? `${duration(last - at)} ago` : `of ${duration(last - first)}`}</span>
    </div>
  );
}

function Back({ isRecording }: { readonly isRecording: boolean }) {
  const isHere = isLive(moment.value) || (left.value === null && moment.value === null);
  const name = left.value !== null || !isRecording ? 'live' : 'the end';
  return (
    <button
      type="button"
      class="travel-live"
      data-action="live"
      aria-pressed={isHere}
      onClick={backToLive}
    >
      {isHere ? (isRecording ? 'at the end' : 'live') : `back to ${name}`}
    </button>
  );
}

/** What this page has no records of any more may be in the journal. */
function Earlier() {
  if (left.value === null && source.value?.kind !== 'live') return null;
  // Only a supervisor writes a journal.
  if (info.value?.subject === 'system') return null;
  return (
    <button
      type="button"
      data-action="earlier"
      disabled={isLoading.value}
      title={problem.value ?? 'Opens the journal, one hour further back'}
      onClick={() => void loadEarlier(earlierMs)}
    >
      {isLoading.value ? 'loading…' : problem.value === null ? 'load earlier' : 'nothing earlier'}
    </button>
  );
}
