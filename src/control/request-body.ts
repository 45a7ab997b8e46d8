/** Reads the JSON body of a request, never more of it than a bound. */
import type { IncomingMessage } from 'node:http';
import { SupervisorError } from '../services/errors.ts';

export const maxBodyBytes = 1024 * 1024;

/** Rejects `unsupported-media-type`, `payload-too-large`, `invalid-request`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  // A form or plain text is what a foreign web page can send without asking first.
  if (!/^application\/json\s*(?:;|$)/i.test(type)) {
    throw new SupervisorError(
      'unsupported-media-type',
      'cannot read the request: its content type is not application/json',
    );
  }
  const text = (await readBounded(request)).toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text, withoutPrototypes);
  } catch {
    throw new SupervisorError('invalid-request', 'cannot read the request: it is not JSON');
  }
}

async function readBounded(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof SupervisorError ? error : cutOff(error);
  }
  return Buffer.concat(chunks);
}

/** Its sender left in the middle of it, which is no defect of ours. */
const cutOff = (cause: unknown): SupervisorError =>
  new SupervisorError('invalid-request', 'cannot read the request: it was cut off', null, cause);

const tooLarge = (): SupervisorError =>
  new SupervisorError('payload-too-large', 'cannot read the request: it is larger than 1 MB');

/** Keys that would reach into prototypes are left out. */
function withoutPrototypes(key: string, value: unknown): unknown {
  return key === '__proto__' || key === 'constructor' || key === 'prototype' ? undefined : value;
}
