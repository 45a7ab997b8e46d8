/**
 * The library's door: re-exports only, and so the whole public API.
 *
 * @module
 */
export { createKernel } from './kernel/index.ts';
export type { Kernel, ProcessInfo } from './kernel/port.ts';
export type * from './machines/vocabulary.ts';
export type {
  Change,
  GroupStatus,
  LogLine,
  LogOptions,
  Outcome,
  ServiceStatus,
  StartOptions,
  StopOptions,
  Supervisor,
  SupervisorEvent,
  SupervisorOptions,
  SupervisorStatus,
  WaitTarget,
} from './runtime/api.ts';
export { type Chart, type ChartEdge, type ChartNode, chartOf, toMermaid } from './runtime/chart.ts';
export { type CreateOptions, createSupervisor } from './runtime/create.ts';
export { defineConfig, defineService } from './services/define.ts';
export type { Config } from './services/definition.ts';
export { SupervisorError } from './services/errors.ts';
export { loadProject } from './services/load.ts';
export * from './services/presets/index.ts';
export { ConfigError, type Problem } from './services/problems.ts';
export { resolveProject } from './services/resolve-now.ts';
export { version } from './version.ts';
