/** The files of a journal, whether whoever writes them lives or not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Older files first; none where there never was a journal. */
export function journalTexts(stateDir: string): readonly string[] {
  return ['journal.1.jsonl', 'journal.jsonl'].flatMap((file) => read(join(stateDir, file)) ?? []);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
