/**
 * The inspection's door: re-exports only.
 *
 * @module
 */
export { type TestOptions, toTest } from './as-test.ts';
export { definitionOf } from './definition.ts';
export { type Page, toHtml } from './html.ts';
export { type JournalOptions, recordingOfEvents, recordingOfJournal } from './journal.ts';
export { nextEvents } from './next.ts';
export { toPlain } from './plain.ts';
export type * from './protocol.ts';
export { createRecorder, type Recorder, type RecorderOptions } from './recorder.ts';
export { type RecordingExtras, recordingOf } from './recording.ts';
export { connectStately, type StatelyMessage, statelyExport } from './stately.ts';
export { eventOf, whatIf } from './what-if.ts';
