/**
 * Who may ask over TCP. Any local program and any web page can reach a loopback
 * port, so each request shows a token, and is really meant for us: its Host is ours
 * (a page that re-binds its name to 127.0.0.1 sends its own), and its Origin, where
 * a browser gives one, is ours too. Over the unix socket the directory's mode decides.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SupervisorError } from '../services/errors.ts';
import type { Verb } from './verbs.ts';

export interface Listen {
  readonly host: '127.0.0.1' | '::1';
  readonly port: number;
}

/** `127.0.0.1:7070`, `localhost:0`, `[::1]:7070`. Throws `listen-not-loopback`. */
export function parseListen(text: string): Listen {
  const match = /^(127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    throw new SupervisorError(
      'listen-not-loopback',
      `cannot listen on "${text}": only 127.0.0.1:PORT, localhost:PORT and [::1]:PORT are possible`,
      'to reach it from elsewhere, forward the unix socket or the port with ssh',
    );
  }
  return { host: match[1] === '[::1]' ? '::1' : '127.0.0.1', port };
}

export const createToken = (): string => randomBytes(32).toString('base64url');

export interface Rules {
  readonly token: string;
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
}

export function rulesFor(port: number, token: string): Rules {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`);
  return {
    token,
    hosts: new Set(hosts),
    origins: new Set(hosts.map((host) => `http://${host}`)),
  };
}

/** On every request, also for a page that needs no token. Throws `forbidden`. */
export function mustBeOurs(rules: Rules, headers: IncomingHttpHeaders): void {
  if (!rules.hosts.has((headers.host ?? '').toLowerCase())) {
    throw new SupervisorError('forbidden', 'the Host header does not name this daemon');
  }
  if (headers.origin !== undefined && !rules.origins.has(headers.origin)) {
    throw new SupervisorError('forbidden', 'requests from other origins are refused');
  }
}

/**
 * Throws `forbidden`. A program sends no Origin and no Sec-Fetch-Site; a browser that
 * sends the latter must show where a change comes from.
 */
export function mustBeSameSite(method: string, headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new SupervisorError('forbidden', 'requests from other sites are refused');
  }
  if (method === 'POST' && site !== undefined && headers.origin === undefined) {
    throw new SupervisorError('forbidden', 'a change from a browser must name its origin');
  }
}

/** Throws `forbidden`, `unauthorized`. */
export function mustBeAllowed(rules: Rules, verb: Verb, headers: IncomingHttpHeaders): void {
  mustBeOurs(rules, headers);
  mustBeSameSite(verb.method, headers);
  if (!hasToken(rules, headers)) {
    throw new SupervisorError(
      'unauthorized',
      'a token is needed, in the header Authorization: Bearer TOKEN',
      'it is in the file control.token of the state directory',
    );
  }
}

export function hasToken(
  rules: Pick<Rules, 'token'>,
  { authorization = '' }: IncomingHttpHeaders,
): boolean {
  const given = /^Bearer ([\w-]{1,128})$/.exec(authorization)?.[1] ?? '';
  // Hashed, so that not even its length can be told from the time it takes.
  return timingSafeEqual(digest(given), digest(rules.token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A page of somebody else must neither show nor run nor read what we answer. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};
