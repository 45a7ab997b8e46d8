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
  const lines = linesOf(content);
  const document = parse(content, lines, source, problems);
  return document === null
    ? undefined
    : new YamlReader(document, { lines, source, problems, variables }).read();
}

/** The parser's own count leaves out the lines of a text that it cannot read. */
function linesOf(content: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let end = content.indexOf('\n'); end !== -1; end = content.indexOf('\n', end + 1)) {
    lines.addNewLine(end + 1);
  }
  return lines;
}

function parse(
  content: string,
  lines: LineCounter,
  source: TextSource,
  problems: Problems,
): Document | null {
  try {
    const document = parseDocument(content, {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      uniqueKeys: false,
    });
    const found = [...document.errors, ...document.warnings];
    for (const { message, pos } of found) {
      const { line, col } = lines.linePos(pos[0]);
      const isTooDeep = message.includes('call stack');
      problems.put({
        file: source.file,
        line,
        column: col,
        path: '',
        message: isTooDeep ? 'is nested too deeply' : message,
        suggestion: null,
      });
    }
    return found.length === 0 ? document : null;
  } catch (error) {
    // The parser recurses, and has no bound of its own on depth.
    if (!(error instanceof RangeError)) throw error;
    problems.add([], 'is nested too deeply');
    return null;
  }
}
