/** Describes whether and when what crashed comes back. */
import type { RestartSpec, RestartType } from '../machines/vocabulary.ts';
import type { RestartFields } from './definition.ts';

const types: Readonly<Record<string, RestartType>> = {
  no: 'temporary',
  never: 'temporary',
  'on-failure': 'transient',
  always: 'permanent',
  'unless-stopped': 'permanent',
};

/**
 * Five within a minute: OTP's own default (1 in 5 s) is too strict for databases,
 * and the period must be longer than the first delays together, which are 15 s.
 */
export function resolveRestart(
  fields: RestartFields | undefined,
  otherwise: 'no' | 'on-failure' | 'always',
): RestartSpec {
  const delayMs = fields?.delay ?? 500;
  return {
    type: types[fields?.policy ?? otherwise] ?? 'permanent',
    intensity: fields?.intensity ?? 5,
    periodMs: fields?.period ?? 60_000,
    delayMs,
    factor: fields?.factor ?? 2,
    maxDelayMs: Math.max(fields?.maxDelay ?? 30_000, fields?.maxDelay === undefined ? delayMs : 0),
    jitter: fields?.jitter ?? 0.1,
    resetAfterMs: fields?.resetAfter ?? 30_000,
    successExitCodes: fields?.successExitCodes ?? [0],
    fatalExitCodes: fields?.fatalExitCodes ?? [],
  };
}
