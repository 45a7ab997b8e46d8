/**
 * The door of `drover/vitest`: real services for a test run. `startServices` serves any
 * other test runner as well; nothing here loads Vitest.
 *
 * @module
 */
export { SupervisorError } from '../services/errors.ts';
export * from '../services/presets/index.ts';
export { type GivenServices, globalServices } from './global-services.ts';
export {
  type Ports,
  type ServicesOptions,
  startServices,
  type TestConfig,
  type TestServices,
} from './services.ts';
export { type WorkerFixture, workerServices } from './worker-services.ts';
