/** The blocks of code in a document. What a block is of stands behind its language. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface Block {
  readonly language: string;
  /** A file or a directory of ours; empty where the document does not say. */
  readonly of: string;
  readonly text: string;
}

export function blocksOf(document: string): readonly Block[] {
  const text = readFileSync(join(resolve(import.meta.dirname, '../..'), document), 'utf8');
  return [...text.matchAll(/^```(\w*) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', of = '', inside = '']) => ({ language, of, text: inside }),
  );
}
