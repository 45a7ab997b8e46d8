/**
 * Asks whether a connection is accepted. That says less than it seems: the OS accepts
 * for a process that is stopped or hung; a check of kind `protocol` says more.
 */
import type { Endpoint } from '../../machines/vocabulary.ts';
import { connectTo, reached } from './connection.ts';
import type { Ask } from './dependencies.ts';
import { passIfOurs } from './ownership.ts';

export const askSocket: Ask<Endpoint> = (attempt, endpoint, context, { listeners }) =>
  connectTo(attempt, endpoint, (socket) =>
    passIfOurs(attempt, reached(socket, endpoint), context, listeners),
  );
