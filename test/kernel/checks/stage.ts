/** Checks on the real loop against little servers, with who listens said by the test. */
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CheckDependencies } from '../../../src/kernel/checks/index.ts';
import { createChecks } from '../../../src/kernel/checks/index.ts';
import { clock } from '../../../src/kernel/linux/clock.ts';
import type { CheckContext, CheckOutcome, Tree } from '../../../src/kernel/port.ts';
import type { Check, Endpoint } from '../../../src/machines/vocabulary.ts';

export const plain: CheckContext = { listenerOf: null, log: null, timeoutMs: 2_000 };
export const someTree: Tree = { lifeline: '', main: null, known: [] };

const dependencies: CheckDependencies = {
  clock,
  run: () => {
    throw new Error('no program is run here');
  },
  listeners: {
    doubt: () => {
      throw new Error('nobody is asked who listens here');
    },
  },
};

/** Asks once, and answers `passed` or the reason. */
export function ask(
  check: Check,
  context: Partial<CheckContext> = {},
  others: Partial<CheckDependencies> = {},
): Promise<string> {
  const { check: begin } = createChecks({ ...dependencies, ...others });
  return new Promise((answer) => {
    begin(check, { ...plain, ...context }, (outcome) => answer(worded(outcome)));
  });
}

export function worded(outcome: CheckOutcome): string {
  return outcome.passed ? 'passed' : outcome.reason;
}

export const checks = createChecks(dependencies);

/** A server on a free port, or at a path; it says what the test has it say. */
export async function serve(
  talk: (socket: Socket) => void,
  path: string | null = null,
): Promise<{
  readonly endpoint: Endpoint;
  readonly server: Server;
  readonly sockets: Set<Socket>;
}> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    talk(socket);
    socket.resume();
  });
  await new Promise<void>((done) => {
    if (path === null) server.listen(0, '127.0.0.1', done);
    else server.listen(path, done);
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  const endpoint: Endpoint =
    typeof address === 'object' && address !== null
      ? { kind: 'tcp', host: '127.0.0.1', port: address.port }
      : { kind: 'unix', path: path ?? '' };
  return { endpoint, server, sockets };
}

export const portOf = (endpoint: Endpoint) => (endpoint.kind === 'tcp' ? endpoint.port : 0);

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
