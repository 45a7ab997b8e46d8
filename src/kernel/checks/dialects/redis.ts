/** PING, as a client without a password may say it. Pure. */
import { type Dialect, firstLine, miss, pass, quote } from './dialect.ts';

/** It answers, and only wants to know who is asking. */
const wantsLogin = /^-(NOAUTH|NOPERM|DENIED)\b/;

export const redis: Dialect = {
  name: 'the Redis protocol',
  hello: Buffer.from('PING\r\n'),
  goodbye: null,
  judge(heard) {
    const line = firstLine(heard);
    if (line === null) return mayBegin(heard) ? 'incomplete' : 'unheard-of';
    if (line === '+PONG' || wantsLogin.test(line)) return pass;
    if (line.startsWith('-LOADING')) return miss('still loading its dataset');
    return line.startsWith('-') ? miss(`answered ${quote(line)}`) : 'unheard-of';
  },
};

function mayBegin(heard: Buffer): boolean {
  return heard.length === 0 || heard[0] === 0x2b || heard[0] === 0x2d;
}
