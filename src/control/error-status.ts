/** How each error code is said in HTTP, and how an error looks on the wire. */
import { SupervisorError } from '../services/errors.ts';
import type { ErrorBody } from './protocol.ts';

const statuses: ReadonlyMap<string, number> = new Map([
  ['invalid-request', 400],
  ['unauthorized', 401],
  ['forbidden', 403],
  ['read-only', 403],
  ['not-found', 404],
  ['unknown-service', 404],
  ['unknown-operation', 404],
  ['unknown-actor', 404],
  ['method-not-allowed', 405],
  ['payload-too-large', 413],
  ['unsupported-media-type', 415],
  ['invalid-config', 422],
  ['disposed', 503],
  ['shutting-down', 503],
  ['timeout', 504],
  ['internal', 500],
]);

/** Any other code is of a service that is not as it would have to be. */
const conflict = 409;

export const httpStatusOf = (code: string): number => statuses.get(code) ?? conflict;

/** What was thrown, as somebody outside may see it: a defect of ours shows no stack. */
export function asSupervisorError(error: unknown): SupervisorError {
  if (error instanceof SupervisorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SupervisorError(
    'internal',
    `a defect in drover: ${message}`,
    'the log of the daemon has more; please report it',
    error,
  );
}

export function errorBody({ code, message, hint }: SupervisorError): ErrorBody {
  return { error: { code, message, hint } };
}
