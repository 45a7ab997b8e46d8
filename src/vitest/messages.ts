/** What a test run and the keeper of its services say to each other, one JSON a line. */
import type { Config } from '../services/definition.ts';

/** The configuration as written, or the file that it is in. */
export type Written =
  | { readonly config: Omit<Config, 'stateDir'> }
  /** A file, or a directory that has one. */
  | { readonly file: string };

export type Request =
  | { readonly type: 'ports'; readonly names: readonly string[] }
  | {
      readonly type: 'up';
      readonly written: Written;
      readonly baseDir: string;
      /** Only these, and what they depend on. */
      readonly only: readonly string[] | null;
      readonly timeoutMs: number;
    }
  | {
      readonly type: 'do';
      readonly verb: 'start' | 'stop' | 'restart' | 'kill';
      readonly names: readonly string[];
    };

export type Answer =
  | { readonly type: 'ports'; readonly ports: Readonly<Record<string, number>> }
  | {
      readonly type: 'up';
      readonly directory: string;
      /** Of every service: where its output is. */
      readonly logs: Readonly<Record<string, string>>;
    }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly failure: KeeperFailure };

export interface KeeperFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** Those that are not as they were to be. */
  readonly services: readonly {
    readonly name: string;
    readonly why: string;
    readonly log: readonly string[];
  }[];
}
