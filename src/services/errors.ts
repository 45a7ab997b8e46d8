/**
 * What is thrown or rejected when a caller or the environment did badly. A service
 * that did badly is a `Failure`, and is a value; a defect of ours throws.
 */

/** `code` is stable and meant for programs; `message` and `hint` are for people. */
export class SupervisorError extends Error {
  override readonly name: string = 'SupervisorError';
  readonly code: string;
  /** What to do about it, where that is known. */
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}
