/** `drover api`: the control API as an OpenAPI document. Needs no daemon. */
import { createOpenApi } from '../../control/openapi.ts';
import type { Run } from '../options.ts';
import { screenOf } from '../session.ts';

export const run: Run = async (_words, options) => {
  screenOf(options).json(createOpenApi());
  return 0;
};
