/**
 * The words of a launch. Types only: what is in them crosses to the launcher as JSON.
 */

/** A command with every question answered; plain JSON. */
export interface LaunchPlan {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number | null;
  readonly gid: number | null;
  readonly umask: number | null;
  readonly nice: number | null;
  readonly lifeline: { readonly path: string; readonly descriptor: number } | null;
  readonly output: LaunchOutput | null;
}

/** A file is made where missing, and given to `owner`, who may want to reopen it by /dev/stderr. */
export type LaunchOutput =
  | { readonly kind: 'file'; readonly path: string; readonly owner: LaunchOwner | null }
  | { readonly kind: 'pipe'; readonly path: string };

export interface LaunchOwner {
  readonly uid: number;
  readonly gid: number;
}

/** What could not be done, and how the OS called it. */
export interface LaunchFailure {
  readonly stage: 'output' | 'lifeline' | 'spawn';
  readonly code: string;
  readonly message: string;
}

/** Each is called at most once, and later than `launch` returns; never both. */
export interface LaunchListener {
  failed(failure: LaunchFailure): void;
  /** `leftNobody`: whether it is known that its group had nobody in it any more. */
  exited(code: number | null, signal: string | null, leftNobody?: boolean): void;
}

/** The modules of Node that a launch needs. */
export interface LaunchTools {
  readonly fs: typeof import('node:fs');
  readonly childProcess: typeof import('node:child_process');
  readonly os: typeof import('node:os');
}

/** A program that was started: libuv answers only when exec has succeeded. */
export interface Launched {
  readonly pid: number;
  /** The text of its stat file, read while it cannot have been reaped. */
  readonly stat: string;
}

/** What the launcher is asked. */
export interface LaunchRequest {
  readonly id: number;
  readonly plan: LaunchPlan;
}

/** What the launcher answers: of each launch `started` and then `exited`, or `failed`. */
export type LaunchAnswer =
  | { readonly id: number; readonly kind: 'started'; readonly launched: Launched }
  | { readonly id: number; readonly kind: 'failed'; readonly failure: LaunchFailure }
  | {
      readonly id: number;
      readonly kind: 'exited';
      readonly code: number | null;
      readonly signal: string | null;
      readonly leftNobody?: boolean;
    };
