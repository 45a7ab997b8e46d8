/** What every verb is given: the words after it, and the flags. */
export interface Options {
  /** The configuration, or the directory that has it. */
  readonly file?: string;
  readonly project?: string;
  readonly stateDir?: string;
  readonly socket?: string;
  readonly token?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False with --no-color. */
  readonly color?: boolean;
  /** Flags of the verb itself. */
  readonly [flag: string]: string | boolean | undefined;
}

/** Resolves with the exit code. */
export type Run = (words: readonly string[], options: Options) => Promise<number>;

/** Where the configuration is said to be. */
export const configPath = ({ project, file }: Options): string => project ?? file ?? '.';

/** The text of a flag that takes one; undefined where it was not given. */
export function textFlag(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}
