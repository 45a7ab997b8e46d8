/**
 * The door of `drover/inspector`: re-exports only.
 *
 * @module
 */
export * from '../../inspection/index.ts';
export { SupervisorError } from '../../services/errors.ts';
export { createInspector, type Inspector, type InspectorOptions } from './create.ts';
