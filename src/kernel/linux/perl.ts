/**
 * Runs small programs of ours in Perl: every Debian has it in its base system, it starts in
 * 2 ms and needs 3 MB. They load no module, and make system calls by their numbers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { findTool } from './search-path.ts';

let found: string | null | undefined;

export function hasPerl(): boolean {
  found ??= findTool('perl');
  return found !== null;
}

/** Both ends of a program that runs beside us and keeps nobody alive. */
export interface Conversation {
  readonly requests: Socket;
  readonly answers: Socket;
}

/** null where descriptors have run out. Close both ends, and the program ends. */
export function converse(program: string, words: readonly string[]): Conversation | null {
  const child = spawn(found ?? 'perl', ['-e', program, ...words], {
    cwd: '/',
    // Nothing of ours, as PERL5OPT, may change what it does.
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  }) as ChildProcess;
  child.on('error', () => {});
  const { stdin: requests, stdout: answers } = child;
  if (child.pid === undefined || requests === null || answers === null) return null;
  child.unref();
  requests.on('error', () => {});
  answers.on('error', () => {});
  const ends = { requests: requests as Socket, answers: answers as Socket };
  ends.requests.unref();
  ends.answers.unref();
  return ends;
}

/** Hands on what arrives, a line at a time. */
export function byLine(hear: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hear(line);
  };
}

/**
 * How each of them begins: what it was left open by whoever started the manager is nobody's
 * business there. `$close` is the number of that system call.
 */
export const closeWhatWasLeftOpen = String.raw`
chdir '/';
%ENV = ();
opendir(my $open, '/proc/self/fd') or exit 1;
my @open = grep { /^\d+$/ && $_ > 2 } readdir $open;
closedir $open;
syscall($close, $_ + 0) for @open;
`;
