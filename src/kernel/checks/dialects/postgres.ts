/**
 * The start of a session, up to the question for a password. Each costs the server a
 * process, so it is better asked for rarely. Pure.
 */
import { type Dialect, miss, pass, quote } from './dialect.ts';

const authentication = 0x52;
const error = 0x45;
const cannotConnectNow = '57P03';

export const postgres: Dialect = {
  name: 'the PostgreSQL protocol',
  hello: startup({ user: 'postgres', database: 'postgres', application_name: 'drover' }),
  goodbye: Buffer.from([0x58, 0, 0, 0, 4]),
  judge(heard) {
    const kind = heard[0];
    if (kind === undefined) return 'incomplete';
    if (kind === authentication) return pass;
    return kind === error ? judgeError(heard) : 'unheard-of';
  },
};

/** That there is no such user, or no connection left, is said by a server that is up. */
function judgeError(heard: Buffer) {
  if (heard.length < 5) return 'incomplete';
  const end = 1 + heard.readUInt32BE(1);
  if (heard.length < end) return 'incomplete';
  const fields = heard.toString('utf8', 5, end).split('\0');
  const field = (letter: string) => fields.find((one) => one.startsWith(letter))?.slice(1) ?? '';
  return field('C') === cannotConnectNow ? miss(`answered ${quote(field('M'))}`) : pass;
}

function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const text = Object.entries(parameters).flat().concat('', '').join('\0');
  const packet = Buffer.alloc(8 + Buffer.byteLength(text));
  packet.writeUInt32BE(packet.length, 0);
  packet.writeUInt32BE(196_608, 4);
  packet.write(text, 8);
  return packet;
}
