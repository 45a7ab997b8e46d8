/**
 * What the inspector knows and says: its records, its recordings, and what its page
 * asks for. Plain JSON and independent of XState's own events, so that a recording
 * can be opened by a later version. Types only; the page imports them too.
 *
 * Numbers name things: an actor or a definition keeps its number as long as its
 * recorder lives. All times are milliseconds since 1970 with fractions, taken from
 * the monotonic clock, so they never go back.
 */

export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** As XState has it: `'running'`, `{ stopping: 'waiting' }`. */
export type StateValue = string | { readonly [key: string]: StateValue };

export interface PlainEvent {
  readonly type: string;
  /** The rest of it, redacted and cut to a bounded size. Absent: nothing but a type. */
  readonly payload?: Plain;
}

// -- Records ---------------------------------------------------------------------------

interface Base {
  /** Grows by one with each record; what is missing between two was dropped. */
  readonly seq: number;
  readonly at: number;
  readonly actor: number;
}

/** An actor came to be. */
export interface ActorRecord extends Base {
  readonly kind: 'actor';
  /** Unique among its siblings: the name of a service, `process`, `root`. */
  readonly id: string;
  readonly parent: number | null;
  /** `machine`, `callback`, `promise`, `observable`, `transition`, `other`. */
  readonly logic: string;
  /** Of a machine, else null. */
  readonly definition: number | null;
  /** The service that it is, or null. */
  readonly service: string | null;
  /** The group that it is, or null. */
  readonly group: string | null;
  /** The event record in whose handling it was made; null for the root and what is older. */
  readonly cause: number | null;
}

/** An event was sent: it lies in the mailbox of `actor` from here on. */
export interface EventRecord extends Base {
  readonly kind: 'event';
  readonly source: number | null;
  readonly event: PlainEvent;
  /**
   * The event record that `source` was handling when it sent this one; of a delayed one,
   * when it armed it.
   */
  readonly cause: number | null;
}

/** A transition was taken; a macrostep may hold several. */
export interface StepRecord extends Base {
  readonly kind: 'step';
  /** The type of the event, which `raise` or `always` may have made. */
  readonly event: string;
  /** Ids of `ChartEdge`s and of `InternalEdge`s; empty: the event was ignored. */
  readonly edges: readonly string[];
  /** The event record that is being handled; null: it is older than the ring. */
  readonly handles: number | null;
}

export interface ActionRecord extends Base {
  readonly kind: 'action';
  readonly action: string;
  readonly params?: Plain;
  readonly handles: number | null;
}

/** A delayed transition was armed, or disarmed before it was due. */
export interface TimerRecord extends Base {
  readonly kind: 'timer';
  /** XState's id of it: `xstate.after.graceMs.service.stopping`. */
  readonly timer: string;
  /** Type of the event that it will send to its own actor; that event is the end of it. */
  readonly event?: string;
  /** The edges it would take, where it is an `after`. */
  readonly edges: readonly string[];
  /** When it is due, counted from `at`; null: it was disarmed. */
  readonly delayMs: number | null;
}

/** An actor has a new snapshot: the end of a macrostep. */
export interface StateRecord extends Base {
  readonly kind: 'state';
  /** Whose handling it ends; empty: it was found so, or ended without one. */
  readonly event: string;
  readonly handles: number | null;
  /** Null for what is no machine. */
  readonly value: StateValue | null;
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  /** Redacted; absent where it is the same as in the state before. */
  readonly context?: Plain;
  /** What it threw, or what it failed with. */
  readonly error?: string;
  readonly tags?: readonly string[];
}

export type InspectionRecord =
  | ActorRecord
  | EventRecord
  | StepRecord
  | ActionRecord
  | TimerRecord
  | StateRecord;

/** How an actor stood at one moment: where a reader begins who was not there before. */
export interface ActorState {
  readonly actor: ActorRecord;
  readonly state: StateRecord | null;
  /** Armed at that moment. */
  readonly timers: readonly TimerRecord[];
}

export interface Baseline {
  /** The records that follow have greater numbers. */
  readonly seq: number;
  readonly at: number;
  readonly actors: readonly ActorState[];
}

export interface Batch {
  /** To ask for what follows. */
  readonly next: number;
  /** So many records between the cursor and the first of these were dropped. */
  readonly lost: number;
  readonly records: readonly InspectionRecord[];
}

// -- Definitions -----------------------------------------------------------------------

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface DefinitionNode {
  readonly id: string;
  readonly name: string;
  /** Null of the root alone, which is a node like the others. */
  readonly parent: string | null;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly initial: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly entry: readonly string[];
  readonly exit: readonly string[];
  readonly invokes: readonly string[];
}

export interface DefinitionEdge {
  readonly id: string;
  readonly source: string;
  /** Null: it stays where it is, and is not drawn as an arrow but listed in the node. */
  readonly target: string | null;
  readonly kind: 'event' | 'after' | 'always' | 'done' | 'error';
  /** As sent: `process.exited`, `xstate.after.graceMs.service.stopping`; `''` of an always. */
  readonly event: string;
  /** As drawn: `process.exited`, `after graceMs`, `always`. */
  readonly label: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
}

/** One arrow; parallel edges share it and have a line each in its label. */
export interface LaidOutArrow {
  readonly edges: readonly string[];
  readonly source: string;
  readonly target: string;
  /** From the first point to the last, orthogonal; several where it forks. */
  readonly routes: readonly (readonly Point[])[];
  readonly label: (Box & { readonly lines: readonly { edge: string; text: string }[] }) | null;
}

/** What happens in a state, as text in its box; `x` and `y` (of the base line) from the box's corner. */
export interface LaidOutLine extends Point {
  readonly kind: 'invoke' | 'entry' | 'exit' | 'internal';
  readonly text: string;
  /** The text is not wider than this in any usual font. */
  readonly width: number;
  /** Of an internal one, which is no arrow. */
  readonly edge: string | null;
}

export interface LaidOutNode extends Box {
  readonly id: string;
  /** The name, cut to fit; from the box's corner, like the lines. */
  readonly title: Point & { readonly text: string; readonly width: number };
  /** So far down from the top reaches what is written. */
  readonly head: number;
  readonly lines: readonly LaidOutLine[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly LaidOutNode[];
  readonly arrows: readonly LaidOutArrow[];
  /** The dot before the initial state of each compound node; `of` null: of the root. */
  readonly initials: readonly { of: string | null; dot: Point; route: readonly Point[] }[];
}

export interface Definition {
  readonly definition: number;
  readonly id: string;
  readonly root: string;
  readonly nodes: readonly DefinitionNode[];
  readonly edges: readonly DefinitionEdge[];
  /** Null in a recorder; whoever serves it fills it in. */
  readonly layout: Layout | null;
}

// -- A recording: what can be kept, sent and opened without a server --------------------

export interface RecordedLine {
  readonly service: string;
  readonly text: string;
  readonly at: number;
  /** `at` is an estimate, between the beginning and the end of the run that wrote it. */
  readonly about?: true;
}

/** A service as the tree shows it; a subset of `status --json`, same names. */
export interface ServiceRow {
  readonly name: string;
  readonly group: string;
  readonly state: string;
  readonly detail: string;
  readonly desired: 'up' | 'down';
  readonly pinned: boolean;
  readonly pid: number | null;
  readonly startedAt: number | null;
  readonly restarts: number;
  readonly adopted: boolean;
  readonly ready: boolean;
  readonly healthy: boolean;
  readonly failure: string | null;
  readonly why: string;
  readonly cpu: number | null;
  readonly rss: number | null;
  readonly dependsOn: readonly string[];
}

export interface GroupRow {
  readonly name: string;
  readonly parent: string | null;
  readonly state: string;
  readonly strategy: string;
  readonly members: readonly string[];
}

export interface Info {
  readonly protocol: 1;
  /** A supervisor's tree, or any other actor system. */
  readonly subject: 'supervisor' | 'system';
  readonly name: string;
  readonly version: string;
  /** Live; `journal`: made anew from a journal, less fine; `recording`: from a file. */
  readonly source: 'live' | 'journal' | 'recording';
  /** This page may change things. */
  readonly control: boolean;
  /** So many records are kept. */
  readonly capacity: number;
}

export interface Recording {
  readonly format: 'drover-recording';
  readonly info: Info;
  readonly from: number;
  readonly until: number;
  readonly definitions: readonly Definition[];
  readonly baseline: Baseline;
  readonly records: readonly InspectionRecord[];
  /** At the end of the stretch. */
  readonly services: readonly ServiceRow[];
  readonly groups: readonly GroupRow[];
  readonly logs: readonly RecordedLine[];
}

// -- What the page asks for -------------------------------------------------------------
//
// All below `/api`, with `Authorization: Bearer TOKEN`. Errors are those of the control
// protocol: `{ "error": { "code", "message", "hint"? } }`.
//
//   GET  /api/info                      Info
//   GET  /api/stream?after=SEQ          server-sent events:
//          `baseline`    Baseline       first, unless `after` is still in the ring
//          `definition`  Definition     before the first record that names it
//          `records`     Batch          id: next
//          `services`    Services       at once, and whenever something of it changes
//          `end`         { reason }     the server goes, or the reader was too slow
//   GET  /api/definitions/N             Definition
//   GET  /api/logs?service=A,B&lines=N&follow=true   server-sent events `line` RecordedLine
//   GET  /api/why/NAME                  { name, why }
//   GET  /api/actors/N/next             NextEvent[]
//   POST /api/actors/N/what-if          WhatIfRequest -> WhatIf; touches nothing
//   GET  /api/recording?since=MS&until=MS   Recording, from the ring, else from the journal
//   GET  /api/journal?since=MS&until=MS     Recording, from the journal
//   POST /api/actors/N/send             { event: PlainEvent } -> {}           control
//   POST /api/command                   CommandRequest -> CommandAnswer       control

export interface Services {
  readonly at: number;
  readonly services: readonly ServiceRow[];
  readonly groups: readonly GroupRow[];
  readonly degraded: readonly string[];
}

/** An event that the definition knows of in the present state. */
export interface NextEvent {
  readonly event: string;
  readonly edge: string;
  readonly kind: DefinitionEdge['kind'];
  readonly guard: string | null;
  /** As it stands, with no payload; null: it cannot be told without one. */
  readonly possible: boolean | null;
  readonly target: string | null;
}

export interface WhatIfRequest {
  readonly event: PlainEvent;
  /** Do it from this state instead of the present one: a moment of the past. */
  readonly from?: number;
}

export interface WhatIf {
  readonly possible: boolean;
  readonly before: StateValue;
  readonly after: StateValue;
  readonly edges: readonly string[];
  readonly actions: readonly string[];
  readonly contextBefore: Plain;
  readonly contextAfter: Plain;
  /** It threw. */
  readonly error: string | null;
}

export interface CommandRequest {
  readonly verb: 'start' | 'stop' | 'restart' | 'reload' | 'kill' | 'reset' | 'pin' | 'unpin';
  readonly names: readonly string[];
}

export interface CommandAnswer {
  readonly outcomes: readonly { readonly name: string; readonly summary: string }[];
}
