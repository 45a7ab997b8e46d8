/**
 * Reads the text of a configuration file into plain data. YAML 1.2 core, of which
 * JSON is a part; no tags, and not two documents in one file.
 */
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Variables } from './interpolate.ts';
import type { Problems } from './problems.ts';
import type { TextSource } from './text-source.ts';
import { YamlReader } from './yaml-reader.ts';

/** Plain data; undefined when the text cannot be read at all. Problems are in `problems`. */
export function readSource(
  content: string,
  source: TextSource,
  problems: Problems,
  variables: Variables,
): unknown {
  return new SourceText(content, variables).read(source, problems);
}

/** A text that may be read twice and is parsed once. */
export class SourceText {
  readonly #content: string;
  readonly #variables: Variables;
  /** null: it cannot be parsed. */
  #document: Document | null | undefined;

  constructor(content: string, variables: Variables) {
    this.#content = content;
    this.#variables = variables;
  }

  /** Where each part stands is noted in `source`. */
  read(source: TextSource, problems: Problems): unknown {
    return this.#read({ source, lines: linesOf(this.#content) }, problems);
  }

  /** The same, of no use to who must say where something is wrong, and much quicker. */
  readWithoutPlaces(problems: Problems): unknown {
    return this.#read(null, problems);
  }

  #read(places: Places | null, problems: Problems): unknown {
    if (this.#document === undefined) this.#document = parse(this.#content);
    const document = this.#document;
    if (document === null) {
      problems.add([], tooDeep);
      return undefined;
    }
    const found = [...document.errors, ...document.warnings];
    for (const { message, pos } of found) {
      const file = places?.source.file ?? null;
      const { line, col } = places?.lines.linePos(pos[0]) ?? { line: 1, col: 1 };
      const said = message.includes('call stack') ? tooDeep : message;
      problems.put({ file, line, column: col, path: '', message: said, suggestion: null });
    }
    if (found.length > 0) return undefined;
    return new YamlReader(document, { places, problems, variables: this.#variables }).read();
  }
}

export interface Places {
  readonly source: TextSource;
  readonly lines: LineCounter;
}

const tooDeep = 'is nested too deeply';

/** The parser's own count leaves out the lines of a text that it cannot read. */
function linesOf(content: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = content.indexOf('\n'); end !== -1; end = content.indexOf('\n', end + 1)) {
    lines.addNewLine(end + 1);
  }
  return lines;
}

function parse(content: string): Document | null {
  try {
    return parseDocument(content, {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      uniqueKeys: false,
    });
  } catch (error) {
    // The parser recurses, and has no bound of its own on depth.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
