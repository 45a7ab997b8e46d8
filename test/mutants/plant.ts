/** Makes a copy of the source with one mistake in it. The source itself is never touched. */
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Edit, Mutant } from './mutant.ts';

export const root = resolve(import.meta.dirname, '../..');

/** Whoever makes the copy removes it. */
export function plant(mutant: Mutant): { readonly directory: string; remove(): void } {
  const edited = new Map<string, string>();
  for (const edit of mutant.edits) {
    const text = edited.get(edit.file) ?? readFileSync(join(root, edit.file), 'utf8');
    edited.set(edit.file, applied(mutant, edit, text));
  }
  const directory = mkdtempSync(join(tmpdir(), 'drover-mutant-'));
  const parts =
    mutant.detector.kind === 'test' ? ['src', 'test', 'package.json'] : ['src', 'package.json'];
  for (const part of parts) cpSync(join(root, part), join(directory, part), { recursive: true });
  symlinkSync(realpathSync(join(root, 'node_modules')), join(directory, 'node_modules'));
  for (const [file, text] of edited) writeFileSync(join(directory, file), text);
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** What is wrong with the list itself: edits that fit nowhere, or not only there; names that are not unique. */
export function misfits(mutants: readonly Mutant[]): readonly string[] {
  const names = mutants.map(({ name }) => name);
  const doubled = names.filter((name, index) => names.indexOf(name) !== index);
  const unfit = mutants.flatMap((one) =>
    one.edits.flatMap((edit) => {
      try {
        applied(one, edit, readFileSync(join(root, edit.file), 'utf8'));
        return [];
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
    }),
  );
  return [...doubled.map((name) => `two mutants are called "${name}"`), ...unfit];
}

function applied({ name }: Mutant, { file, find, replace }: Edit, text: string): string {
  const pieces = text.split(find);
  if (pieces.length !== 2) {
    const times = pieces.length - 1;
    throw new Error(
      `cannot plant "${name}": what it replaces stands ${times} times in ${file}: ${find}`,
    );
  }
  return pieces.join(replace);
}
