/** Says who has the place that a service wanted, once its start has failed. */
import type { Strangers } from '../listeners.ts';
import type { Kernel } from '../port.ts';
import { nameOf } from './connection.ts';
import { placeOf } from './place.ts';

export const createStrangerAt =
  (strangers: Strangers): Kernel['strangerAt'] =>
  (check, tree) => {
    const at = placeOf(check);
    const who = at && strangers.stranger(at, tree);
    return at && who && `${nameOf(at)} is taken by ${who}`;
  };
