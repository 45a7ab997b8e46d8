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
};

/** Between two looks for requests that come too slowly; and while nobody is connected. */
const checkMs = 5_000;
const neverMs = 2 ** 31 - 1;

/** Not listening yet. `sockets` holds who is connected. */
export function createHttpServer(
  { maxConnections, sockets }: { maxConnections: number; sockets: Set<Socket> },
  listener: RequestListener,
): Server {
  const server = createServer({ ...limits, connectionsCheckingInterval: neverMs }, listener);
  server.maxConnections = maxConnections;
  let connected = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    connected += 1;
    if (connected === 1) lookEvery(server, checkMs);
    socket.on('close', () => {
      sockets.delete(socket);
      connected -= 1;
      if (connected === 0) lookEvery(server, neverMs);
    });
  });
  server.on('clientError', (_, socket) => refuseGarbage(socket as Socket));
  return server;
}

/** Node would look for ever. It begins again, at another pace, when it hears that the server listens. */
function lookEvery(server: Server, ms: number): void {
  if (!server.listening) return;
  Object.assign(server, { connectionsCheckingInterval: ms });
  server.emit('listening');
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
