/** What an export gives: files, and what the other program has no words for. Types, and the walk over a tree. */

import type { ServiceSpec } from '../../machines/vocabulary.ts';
import { findAccount } from '../../services/accounts.ts';

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

export interface Exported {
  readonly files: readonly ExportedFile[];
  /** Sentences, each with the service it is about. */
  readonly lost: readonly string[];
}

const ofWhoeverExports = /^(?:HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR)$/;

/** Without what a service has only of whoever calls drover, or of the account it runs as. */
export function ownEnvironment(
  { env, credentials }: ServiceSpec['command'],
  manager: NodeJS.ProcessEnv,
): readonly (readonly [string, string])[] {
  const account = credentials === null ? null : findAccount(credentials.user);
  const given: Readonly<Record<string, string | undefined>> =
    account === null
      ? manager
      : {
          ...manager,
          HOME: account.home,
          USER: account.name,
          LOGNAME: account.name,
          SHELL: account.shell,
        };
  return Object.entries(env).filter(
    ([name, value]) => !(ofWhoeverExports.test(name) && given[name] === value),
  );
}
