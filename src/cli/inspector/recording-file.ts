/** Reads and writes recordings as files: a page that holds its own, JSON, or a journal. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { bounds } from '../../control/inspector/journal.ts';
import { journalTexts } from '../../control/inspector/journal-texts.ts';
import { findPage } from '../../control/inspector/page.ts';
import { toHtml } from '../../inspection/html.ts';
import { recordingOfJournal } from '../../inspection/journal.ts';
import type { Recording } from '../../inspection/protocol.ts';
import { SupervisorError } from '../../services/errors.ts';
import { version } from '../../version.ts';
import type { Stretch } from './past.ts';

/** By its name: `.json` as it is, anything else as a page. Nobody else may read it. */
export function writeRecording(path: string, recording: Recording): void {
  const isJson = extname(path) === '.json';
  const text = isJson ? `${JSON.stringify(recording)}\n` : toHtml(recording, pageFiles());
  writeFileSync(path, text, { mode: 0o600 });
}

function pageFiles() {
  const directory = findPage();
  const read = (file: string): string => readFileSync(join(directory, file), 'utf8');
  return { html: read('index.html'), js: read('inspector.js'), css: read('inspector.css') };
}

/** Throws: `unusable-recording`, `journal-too-new`. A directory is one that a manager left. */
export function readRecording(path: string, stretch: Stretch): Recording {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const texts = isDirectory ? journalTexts(path) : [textOf(path)];
  const [text = ''] = texts;
  if (isDirectory || extname(path) === '.jsonl') {
    if (texts.length === 0) throw unusable(path, 'there is no journal in it');
    return recordingOfJournal(texts, { name: basename(path), version, ...bounds(stretch) });
  }
  return parse(path, dataIn(text) ?? text);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error));
  }
}

/** What a page carries; null: it is no page. */
function dataIn(text: string): string | null {
  const found = /<script type="application\/json" id="recording">([\s\S]*?)<\/script>/.exec(text);
  return found?.[1] ?? null;
}

function parse(path: string, text: string): Recording {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(path, 'it is neither a page nor JSON that drover has written');
  }
  if (!isRecording(value)) throw unusable(path, 'it is no recording of drover');
  if (value.info.protocol !== 1) throw unusable(path, 'it was written by a later drover');
  return value;
}

/** Whether all that is walked through is there; what is in it is shown as what it is. */
function isRecording(value: unknown): value is Recording {
  if (typeof value !== 'object' || value === null) return false;
  const { format, info, baseline, definitions, records, services, groups, logs } =
    value as Partial<Recording>;
  const lists = [definitions, baseline?.actors, records, services, groups, logs];
  return format === 'drover-recording' && typeof info === 'object' && lists.every(Array.isArray);
}

function unusable(path: string, why: string): SupervisorError {
  return new SupervisorError(
    'unusable-recording',
    `cannot replay ${path}: ${why}`,
    'there are the pages and .json of `drover record`, and journals (.jsonl)',
  );
}
