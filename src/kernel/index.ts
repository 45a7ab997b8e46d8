/** The door to the real world. */
export { createKernel } from './create.ts';
