/**
 * The greeting, which MySQL and MariaDB send first of all. Each one that is not followed
 * by a login is a warning in their log, so it is better asked for rarely. Pure.
 */
import { type Dialect, miss, pass, quote } from './dialect.ts';

const headerBytes = 4;
const protocolVersion = 0x0a;
const errorPacket = 0xff;
const shutsDown = 1053;

export const mysql: Dialect = {
  name: 'the MySQL protocol',
  hello: null,
  goodbye: null,
  judge(heard) {
    // The first packet of a conversation has the number 0.
    if (heard.length >= headerBytes && heard[3] !== 0) return 'unheard-of';
    const kind = heard[headerBytes];
    if (kind === undefined) return 'incomplete';
    if (kind === protocolVersion) return pass;
    return kind === errorPacket ? judgeError(heard) : 'unheard-of';
  },
};

/** Too many connections, or a host that is blocked: no way in for us, but a server that answers. */
function judgeError(heard: Buffer) {
  const end = headerBytes + heard.readUIntLE(0, 3);
  if (heard.length < end || end < headerBytes + 3) return 'incomplete';
  const code = heard.readUInt16LE(headerBytes + 1);
  const words = heard.toString('latin1', headerBytes + 3, end).replace(/^#.{5}/, '');
  return code === shutsDown ? miss(`answered ${quote(words)}`) : pass;
}
