export { createChecks } from './create.ts';
export type { CheckDependencies } from './dependencies.ts';
