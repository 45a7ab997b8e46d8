/** GET /ping, which PHP-FPM answers itself where ping.path is set so. Pure. */
import { type Dialect, miss, pass } from './dialect.ts';

const beginRequest = 1;
const endRequest = 3;
const params = 4;
const stdin = 5;
const stdout = 6;
const headerBytes = 8;

export const fastcgi: Dialect = {
  name: 'FastCGI',
  hello: ping({
    SCRIPT_NAME: '/ping',
    SCRIPT_FILENAME: '/ping',
    REQUEST_URI: '/ping',
    REQUEST_METHOD: 'GET',
    QUERY_STRING: '',
    SERVER_PROTOCOL: 'HTTP/1.1',
  }),
  goodbye: null,
  judge(heard) {
    let output = '';
    for (const { kind, content } of records(heard)) {
      if (kind === 'stranger') return 'unheard-of';
      if (kind === stdout) output += content.toString('latin1');
      if (kind === endRequest) return judgePage(output);
    }
    return 'incomplete';
  },
};

/** A status is only named where it is not 200. What the answer says is for ping.response to say. */
function judgePage(output: string) {
  const status = /^Status: *(\d+)/im.exec(output.split(/\r?\n\r?\n/, 1)[0] ?? '')?.[1] ?? '200';
  if (status === '200') return output === '' ? miss('answered nothing to /ping') : pass;
  const hint = status === '404' ? ' (set ping.path = /ping in its pool)' : '';
  return miss(`answered ${status} to /ping${hint}`);
}

interface FcgiRecord {
  readonly kind: number | 'stranger';
  readonly content: Buffer;
}

/** Those that are complete. */
function* records(heard: Buffer): Generator<FcgiRecord> {
  let at = 0;
  while (at < heard.length) {
    if (heard[at] !== 1) return yield { kind: 'stranger', content: heard };
    if (at + headerBytes > heard.length) return;
    const start = at + headerBytes;
    const end = start + heard.readUInt16BE(at + 4);
    if (end > heard.length) return;
    yield { kind: heard.readUInt8(at + 1), content: heard.subarray(start, end) };
    at = end + heard.readUInt8(at + 6);
  }
}

function ping(values: Readonly<Record<string, string>>): Buffer {
  const responder = Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]);
  const pairs = Object.entries(values).map(([name, value]) =>
    Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]),
  );
  const nothing = Buffer.alloc(0);
  return Buffer.concat([
    record(beginRequest, responder),
    record(params, Buffer.concat(pairs)),
    record(params, nothing),
    record(stdin, nothing),
  ]);
}

function record(kind: number, content: Buffer): Buffer {
  const header = Buffer.from([1, kind, 0, 1, 0, 0, 0, 0]);
  header.writeUInt16BE(content.length, 4);
  return Buffer.concat([header, content]);
}
