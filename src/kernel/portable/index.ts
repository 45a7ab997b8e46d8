export { createPortableKernel } from './kernel.ts';
export { createLsofListeners } from './lsof.ts';
