/**
 * Asks Linux which sockets listen, by inode. It does not know who holds them.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { endianness } from 'node:os';
import { codeOf } from './linux/errno.ts';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** The inodes of the sockets that get a connection to this numeric address; many with SO_REUSEPORT. */
export function tcpListeners({ host, port }: TcpAddress): ReadonlySet<string> {
  const listening = [...listeningIn('/proc/net/tcp'), ...listeningIn('/proc/net/tcp6')];
  const onPort = listening.filter((socket) => socket.port === port);
  // As the kernel chooses: who has bound that very address goes before who has bound any.
  for (const bound of possibleBindings(host)) {
    const chosen = onPort.filter(({ address }) => bound.includes(address));
    if (chosen.length > 0) return new Set(chosen.map(({ inode }) => inode));
  }
  return new Set();
}

/** The port of each TCP socket that listens, by its inode, at whatever address. */
export function listeningPorts(): ReadonlyMap<string, number> {
  const listening = [...listeningIn('/proc/net/tcp'), ...listeningIn('/proc/net/tcp6')];
  return new Map(listening.map(({ inode, port }) => [inode, port]));
}

/** The inodes of the sockets that listen at a path that is accepted. */
export function unixListeners(isWanted: (path: string) => boolean): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const line of readFileSync('/proc/net/unix', 'utf8').split('\n')) {
    const [, flags, inode, path] = /^\w+: \w+ \w+ (\w+) \w+ \w+ +(\d+) (.+)$/.exec(line) ?? [];
    if (inode === undefined || path === undefined) continue;
    if (flags === acceptsConnections && isWanted(path)) inodes.add(inode);
  }
  return inodes;
}

const acceptsConnections = '00010000';
const listenState = '0A';
const mapped = '00000000000000000000ffff';
const any4 = '00000000';
const any6 = '0'.repeat(32);

interface Listening {
  /** In hex, in the order of the network. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

function possibleBindings(host: string): readonly (readonly string[])[] {
  const address = isIPv6(host) ? hex6(host) : isIPv4(host) ? mapped + hex4(host) : null;
  if (address === null) return [];
  if (!address.startsWith(mapped)) return [[address], [any6]];
  const short = address.slice(mapped.length);
  return [[short, address], [any4, mapped + any4], [any6]];
}

/** Those that listen come first, so of a machine with many connections little is read. */
function listeningIn(path: string): readonly Listening[] {
  const found: Listening[] = [];
  for (const line of linesOf(path)) {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    if (state === 'st' || state === undefined) continue;
    if (state !== listenState) break;
    const [address = '', port = ''] = local.split(':');
    found.push({ address: inNetworkOrder(address), port: Number.parseInt(port, 16), inode });
  }
  return found;
}

/** IPv6 may be switched off, and then has no table. */
function* linesOf(path: string): Generator<string> {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    yield* splitLines(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function* splitLines(descriptor: number): Generator<string> {
  const buffer = Buffer.alloc(16_384);
  let rest = '';
  for (;;) {
    const length = readSync(descriptor, buffer, 0, buffer.length, null);
    const lines = (rest + buffer.toString('latin1', 0, length)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (length === 0) return;
  }
}

/** The table shows each four bytes as one number of this machine. */
function inNetworkOrder(address: string): string {
  const words = address.toLowerCase().match(/.{8}/g) ?? [];
  return words.map((word) => (endianness() === 'LE' ? reverseBytes(word) : word)).join('');
}

function reverseBytes(word: string): string {
  return (word.match(/../g) ?? []).reverse().join('');
}

function hex4(host: string): string {
  return host
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
}

function hex6(host: string): string {
  const [written = ''] = host.split('%');
  // An IPv4 address may stand at the end, in dots.
  const plain = written.replace(/\d+(\.\d+){3}$/, (dotted) => {
    const bytes = hex4(dotted);
    return `${bytes.slice(0, 4)}:${bytes.slice(4)}`;
  });
  const [head = '', tail] = plain.split('::');
  const left = groups(head);
  const right = groups(tail ?? '');
  const missing = '0000'.repeat(Math.max(0, 8 - left.length - right.length));
  return left.join('') + missing + right.join('');
}

function groups(part: string): readonly string[] {
  return part === '' ? [] : part.split(':').map((group) => group.toLowerCase().padStart(4, '0'));
}
