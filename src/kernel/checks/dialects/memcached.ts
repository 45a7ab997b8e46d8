/** The version, which it tells before it does anything else. Pure. */
import { type Dialect, firstLine, miss, pass, quote } from './dialect.ts';

export const memcached: Dialect = {
  name: 'the memcached protocol',
  hello: Buffer.from('version\r\n'),
  goodbye: Buffer.from('quit\r\n'),
  judge(heard) {
    const line = firstLine(heard);
    if (line === null) return 'incomplete';
    // With passwords switched on it answers, and only wants to know who is asking.
    if (/^VERSION |^CLIENT_ERROR unauthenticated/.test(line)) return pass;
    return /^(CLIENT_|SERVER_)?ERROR/.test(line) ? miss(`answered ${quote(line)}`) : 'unheard-of';
  },
};
