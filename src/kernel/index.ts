/** The door to the real world. */
export { createKernel, type KernelOptions } from './create.ts';
