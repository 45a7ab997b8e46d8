/** One request from its first byte to its last: who asks, what for, and what is answered. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SupervisorError } from '../services/errors.ts';
import { hasToken, mustBeAllowed, mustBeOurs, type Rules, safeHeaders } from './access.ts';
import { commands } from './commands.ts';
import { asSupervisorError, errorBody, httpStatusOf } from './error-status.ts';
import type { Context } from './host.ts';
import { type Call, questions } from './questions.ts';
import { readJson } from './request-body.ts';
import { findRoute, queryOf, type Route, readArguments } from './routes.ts';
import { events, logs } from './streams.ts';
import type { VerbName } from './verbs.ts';

type Loose = (context: Context, request: unknown, call: Call) => unknown;

/** A closed table without a prototype: nothing but these can be called. */
const handlers: ReadonlyMap<string, Loose> = new Map(
  Object.entries({ ...questions, ...commands }) as [VerbName, Loose][],
);

/** Between two signs of life to a caller who waits. */
const processingMs = 5_000;

export async function dispatch(
  context: Context,
  rules: Rules | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
  try {
    await answer(context, rules, request, response);
  } catch (error) {
    const refusal = asSupervisorError(error);
    if (refusal.code === 'internal') context.onDefect(error, `${request.method} ${request.url}`);
    refuse(request, response, refusal);
  }
}

async function answer(
  context: Context,
  rules: Rules | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
  if (rules !== null) mustBeOurs(rules, request.headers);
  const isTrusted = rules === null || hasToken(rules, request.headers);

  const route = findRoute(request.method ?? '', path);
  // A load balancer has no token, and learns no names.
  if (route.name === 'health' && !isTrusted) return sendHealth(context, response);
  if (rules !== null) mustBeAllowed(rules, route.verb, request.headers);

  const given = route.verb.method === 'GET' ? queryOf(query) : await readJson(request);
  const values = readArguments(route, given);
  if (route.verb.answer === 'stream') return openStream(context, route, values, request, response);
  await call(context, route, values, response);
}

async function call(
  context: Context,
  route: Route,
  values: Record<string, unknown>,
  response: ServerResponse,
): Promise<void> {
  const leaving = new AbortController();
  response.on('close', () => leaving.abort());
  const signOfLife = setInterval(() => response.writeProcessing(), processingMs).unref();
  try {
    const value = await handlers.get(route.name)?.(context, values, { left: leaving.signal });
    if (route.verb.answer === 'text') sendText(response, String(value));
    else sendJson(response, statusOf(route, values, value), value);
  } finally {
    clearInterval(signOfLife);
  }
}

function statusOf(
  { name, verb }: Route,
  { wait }: Record<string, unknown>,
  value: unknown,
): number {
  if (name === 'health') return (value as { healthy: boolean }).healthy ? 200 : 503;
  return verb.access === 'write' && wait === false ? 202 : 200;
}

function openStream(
  context: Context,
  { name }: Route,
  values: Record<string, unknown>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const header = request.headers['last-event-id'];
  const lastId = typeof header === 'string' ? header : null;
  const pour = name === 'events' ? events(context, values, lastId) : logs(context, values, lastId);
  pour(context.streams.open(response));
}

function sendHealth(context: Context, response: ServerResponse): void {
  const { healthy } = questions.health(context, {}, { left: never }) as { healthy: boolean };
  sendJson(response, healthy ? 200 : 503, { healthy });
}

const never = new AbortController().signal;

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json; charset=utf-8', `${JSON.stringify(value)}\n`);
}

function sendText(response: ServerResponse, text: string): void {
  send(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function refuse(request: IncomingMessage, response: ServerResponse, error: SupervisorError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What was not read of the body would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  sendJson(response, httpStatusOf(error.code), errorBody(error));
}

function splitOnce(text: string, separator: string): readonly string[] {
  const i = text.indexOf(separator);
  return i < 0 ? [text] : [text.slice(0, i), text.slice(i + 1)];
}
