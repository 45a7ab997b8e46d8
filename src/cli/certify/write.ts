/** Writes what was proposed into the configuration, and tells which lines that changed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { SupervisorError } from '../../services/errors.ts';
import { parseText } from '../../services/parse-text.ts';
import { diffLines } from './diff.ts';
import type { Proposal } from './result.ts';
import { withProposals } from './yaml-edit.ts';

/** Before anything is started. Throws `not-editable`. */
export function mustBeEditable(file: string): void {
  if (['.yaml', '.yml', '.json'].includes(extname(file))) return;
  throw new SupervisorError(
    'not-editable',
    `cannot write into "${basename(file)}": it is a program, and only its author can change it`,
    'leave --write out, and write the timeouts that are proposed yourself',
  );
}

/** Answers the changed lines; none where nothing is to be changed. Throws `not-editable`. */
export function writeProposals(
  file: string,
  service: string,
  proposals: readonly Proposal[],
): readonly string[] {
  // Read anew: the experiments took a while, and somebody may have edited it.
  const before = readFileSync(file, 'utf8');
  const after = withProposals(before, service, proposals);
  if (after === before) return [];
  parseText(file, after, process.env, {});
  writeFileSync(file, after);
  return diffLines(before, after);
}
