/**
 * Asks for the messages that a service sends to NOTIFY_SOCKET. Node has no unix
 * datagram sockets, so a tiny helper binds one and hands on what comes. It ends when
 * its standard input does, and so with us, however we die.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { SpawnProblem } from '../../machines/vocabulary.ts';
import { codeOf } from './errno.ts';
import { parseNotifyLine } from './notify-message.ts';
import { outOfResources } from './problems.ts';
import { findTool } from './search-path.ts';

export interface NotifyOwner {
  readonly uid: number;
  readonly gid: number;
}

export interface NotifyListener {
  /** The socket is there: a program that is started now can reach it. */
  bound(): void;
  /** Before `bound` only. */
  failed(problem: SpawnProblem, reason: string): void;
  message(fields: Readonly<Record<string, string>>): void;
}

/** sockaddr_un has room for so many bytes. */
const longestPath = 107;
const longestLine = 140_000;

/** The same program twice: bind, say so, then hand on each message as one line of hex. */
const helpers: Readonly<Record<string, readonly string[]>> = {
  perl: [
    '-MSocket',
    '-e',
    `my ($path, $uid, $gid) = @ARGV;
    unlink $path if -S $path;
    umask 0177;
    socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die "$!\\n";
    bind($s, sockaddr_un($path)) or die "$!\\n";
    $uid < 0 or chown($uid, $gid, $path) or die "$!\\n";
    syswrite STDOUT, "bound\\n";
    while (1) {
      my $bits = ''; vec($bits, 0, 1) = 1; vec($bits, fileno $s, 1) = 1;
      select($bits, undef, undef, undef) > 0 or next;
      if (vec($bits, fileno $s, 1)) {
        my $m; defined recv($s, $m, 65536, 0) and syswrite STDOUT, unpack('H*', $m) . "\\n";
      } elsif (vec($bits, 0, 1)) { sysread(STDIN, my $b, 1) or last }
    }`,
    '--',
  ],
  python3: [
    '-ISc',
    `import os, select, socket, stat, sys
path, uid, gid = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
try:
    if stat.S_ISSOCK(os.lstat(path).st_mode): os.unlink(path)
except OSError: pass
os.umask(0o177)
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(path)
if uid >= 0: os.chown(path, uid, gid)
os.write(1, b'bound\\n')
while True:
    ready = select.select([0, s], [], [])[0]
    if s in ready: os.write(1, s.recv(65536).hex().encode() + b'\\n')
    elif not os.read(0, 1): break`,
  ],
};

/** Ends the helper; to be called when nobody is left who could send. */
export type EndNotify = () => void;

export function listenToNotify(
  path: string,
  owner: NotifyOwner | null,
  listener: NotifyListener,
): EndNotify {
  const name = Object.keys(helpers).find((helper) => findTool(helper) !== null);
  const tool = name === undefined ? null : findTool(name);
  if (name === undefined || tool === null) {
    return failSoon(listener, 'perl or python3 is needed for NOTIFY_SOCKET; install one');
  }
  if (Buffer.byteLength(path) > longestPath) {
    return failSoon(listener, `the path is longer than ${longestPath} bytes: ${path}`);
  }
  const args = [...(helpers[name] ?? []), path, `${owner?.uid ?? -1}`, `${owner?.gid ?? -1}`];
  const child = spawn(tool, args, { cwd: '/', env: {}, detached: true });
  child.on('error', (error) => {
    if (child.pid === undefined) listener.failed(...problemOf(error));
  });
  // Without a pid it has no pipes either.
  if (child.pid === undefined) return () => {};
  const end = attend(child, listener);
  return () => {
    // Now, and not by the helper when it gets to it: the next run may have bound its own by then.
    rmSync(path, { force: true });
    end();
  };
}

function problemOf(error: Error): [SpawnProblem, string] {
  const shortage = outOfResources[codeOf(error)];
  return shortage === undefined ? ['other', error.message] : ['out-of-resources', shortage];
}

function attend(child: ChildProcessWithoutNullStreams, listener: NotifyListener): EndNotify {
  let state: 'starting' | 'bound' | 'over' = 'starting';
  let complaint = '';

  const take = (line: string) => {
    if (state === 'starting' && line === 'bound') {
      state = 'bound';
      listener.bound();
    } else if (state === 'bound') {
      const fields = parseNotifyLine(line);
      if (fields !== null) listener.message(fields);
    }
  };

  const over = (why: string) => {
    if (state === 'starting') listener.failed('other', why);
    state = 'over';
  };

  child.stdout.on('data', createLines(take));
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString('utf8')}`.slice(0, 1_000);
  });
  // Not `exit`: what it complained of is read only after that.
  child.on('close', () => over(complaint.trim() || 'its helper ended'));
  child.stdin.on('error', () => {});
  letGo(child);
  return () => {
    state = 'over';
    child.stdin.destroy();
  };
}

/** Calls with each whole line; one that is too long to be true is dropped. */
function createLines(take: (line: string) => void) {
  let rest = '';
  return (chunk: Buffer) => {
    const lines = `${rest}${chunk.toString('latin1')}`.split('\n');
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) take(line);
  };
}

/** Neither the helper nor its pipes keep the host alive. */
function letGo(child: ChildProcessWithoutNullStreams): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream instanceof Socket) stream.unref();
  }
}

function failSoon(listener: NotifyListener, reason: string): EndNotify {
  process.nextTick(() => listener.failed('other', reason));
  return () => {};
}
