/**
 * The inspection's door: re-exports only.
 *
 * @module
 */
export { definitionOf } from './definition.ts';
export { nextEvents } from './next.ts';
export { toPlain } from './plain.ts';
export type * from './protocol.ts';
export { createRecorder, type Recorder, type RecorderOptions } from './recorder.ts';
export { eventOf, whatIf } from './what-if.ts';
