/**
 * Asks a server in its own protocol, as far as its greeting or its ping. A process that
 * is stopped or hung does not answer that.
 */
import type { Socket } from 'node:net';
import type { Check } from '../../machines/vocabulary.ts';
import type { Attempt } from './attempt.ts';
import { connectTo, nameOf, reached } from './connection.ts';
import type { Ask } from './dependencies.ts';
import type { Dialect } from './dialects/dialect.ts';
import { dialects } from './dialects/index.ts';
import { passIfOurs } from './ownership.ts';

/** No greeting of any of these protocols is longer. */
const mostBytes = 16_384;

export const askProtocol: Ask<Extract<Check, { kind: 'protocol' }>> = (
  attempt,
  { protocol, at },
  context,
  { listeners },
) => {
  const dialect = dialects[protocol];
  connectTo(attempt, at, (socket) => {
    converse(attempt, socket, dialect, nameOf(at), () => {
      if (dialect.goodbye !== null) socket.write(dialect.goodbye);
      passIfOurs(attempt, reached(socket, at), context, listeners);
    });
  });
};

function converse(
  attempt: Attempt,
  socket: Socket,
  dialect: Dialect,
  at: string,
  understood: () => void,
): void {
  let heard: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes) =>
    attempt.try(() => {
      heard = Buffer.concat([heard, bytes]);
      const answer = dialect.judge(heard);
      if (answer === 'incomplete' && heard.length < mostBytes) return;
      // Whatever comes after the answer has nothing to say.
      socket.removeAllListeners('data').removeAllListeners('end').resume();
      if (typeof answer === 'string') return attempt.miss(`${at} does not speak ${dialect.name}`);
      if (!answer.passed) return attempt.miss(`${answer.reason} at ${at}`);
      understood();
    }),
  );
  socket.once('end', () => attempt.miss(`${at} closed the connection without an answer`));
  if (dialect.hello !== null) socket.write(dialect.hello);
}
