/** What every HTTP server of ours is like: bounded, deaf to garbage, on loopback. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { SupervisorError } from '../services/errors.ts';
import type { Listen } from './access.ts';

const limits = {
  // The cursor of a reader of a thousand logs is a header.
  maxHeaderSize: 128 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
};

/** Not listening yet. `sockets` holds who is connected. */
export function createHttpServer(
  { maxConnections, sockets }: { maxConnections: number; sockets: Set<Socket> },
  listener: RequestListener,
): Server {
  const server = createServer(limits, listener);
  server.maxConnections = maxConnections;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_, socket) => refuseGarbage(socket as Socket));
  return server;
}

/** Resolves with the port. Rejects `listen-failed`. */
export async function listenOn(server: Server, { host, port }: Listen): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => reject(notListening(host, port, error));
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

export const urlOf = (host: Listen['host'], port: number): string =>
  `http://${host === '::1' ? '[::1]' : host}:${port}`;

const lastAnswersMs = 1_000;

/** Answers under way are finished; whoever takes too long over them is cut off. */
export async function closeServers(
  servers: Iterable<Server>,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const all = [...servers];
  const closed = all.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  for (const server of all) server.closeIdleConnections();
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, lastAnswersMs);
  await Promise.all(closed);
  clearTimeout(cut);
}

/** What is no HTTP, or comes too slowly, is answered once and let go of. */
function refuseGarbage(socket: Socket): void {
  if (socket.writable) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }
  socket.destroySoon();
}

function notListening(host: string, port: number, error: Error): SupervisorError {
  return new SupervisorError(
    'listen-failed',
    `cannot listen on ${host}:${port}: ${error.message}`,
    'choose another port, or 0 for any',
    error,
  );
}
