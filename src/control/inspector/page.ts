/** The page itself: a few files that are read once, and are the same for everybody. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { SupervisorError } from '../../services/errors.ts';

interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  zipped: Buffer | null;
}

export type Page = ReadonlyMap<string, PageFile>;

const types: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

/** Beside the compiled module, or where a build of the sources has put it. */
const places = ['../../inspector/', '../../../dist/inspector/'];

/** Where the built page is. Throws `no-page`. */
export function findPage(): string {
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((directory) => existsSync(join(directory, 'index.html')));
  if (found !== undefined) return found;
  throw new SupervisorError(
    'no-page',
    'cannot open the inspector: its page has not been built',
    'run `npm run build`',
  );
}

/** Only what lies in that directory can be asked for. Throws `no-page`. */
export function readPage(directory: string): Page {
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(directory)) {
    const type = types.get(extname(name));
    if (type === undefined) continue;
    files.set(`/${name}`, { type, bytes: readFileSync(join(directory, name)), zipped: null });
  }
  const index = files.get('/index.html');
  if (index === undefined) {
    throw new SupervisorError('no-page', `cannot open the inspector: no page in ${directory}`);
  }
  return files.set('/', index);
}

/** Files that are no files: where each is, of what kind it is, and what is in it. */
export function pageOf(files: readonly (readonly [string, string, string])[]): Page {
  const entries = files.map(([path, kind, text]) => {
    const type = types.get(kind) ?? 'text/plain';
    return [path, { type, bytes: Buffer.from(text), zipped: null }] as const;
  });
  return new Map(entries);
}

/**
 * Scripts and styles only from ourselves and nothing written into the page; what an
 * injected script could not do is load, send or be framed.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Throws `not-found`, `method-not-allowed`. */
export function sendPage(
  page: Page,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = page.get(path);
  if (file === undefined)
    throw new SupervisorError('not-found', 'there is nothing at this address');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new SupervisorError('method-not-allowed', 'this address takes GET only');
  }
  const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const bytes = isZipped ? zipped(file) : file.bytes;
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': bytes.length,
    vary: 'accept-encoding',
    ...(isZipped ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function zipped(file: PageFile): Buffer {
  file.zipped ??= gzipSync(file.bytes, { level: 9 });
  return file.zipped;
}
