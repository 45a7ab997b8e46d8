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

export interface ConversationListener {
  /** One line of what it says, until the conversation is closed. */
  hear(line: string): void;
  /** It has said its last, and was not closed. At most once. */
  ended(): void;
}

export interface Conversation {
  say(bytes: Buffer | string): void;
  /** The program ends with it. */
  close(): void;
}

/** Runs a program beside us that keeps nobody alive; null where descriptors have run out. */
export function converse(
  program: string,
  words: readonly string[],
  listener: ConversationListener,
): Conversation | null {
  const child = start(program, words);
  const { stdin: requests, stdout: answers } = child;
  if (child.pid === undefined || requests === null || answers === null) return null;
  let isOpen = true;
  const hear = (line: string) => {
    if (isOpen) listener.hear(line);
  };
  const close = () => {
    isOpen = false;
    requests.destroy();
    answers.destroy();
  };
  child.unref();
  (requests as Socket).on('error', () => {}).unref();
  (answers as Socket)
    .on('data', byLine(hear))
    .on('error', () => {})
    // Not at its exit: what it had still to say is read only after that.
    .on('close', () => {
      if (!isOpen) return;
      close();
      listener.ended();
    })
    .unref();
  const say = (bytes: Buffer | string) => {
    if (isOpen) requests.write(bytes);
  };
  return { say, close };
}

function start(program: string, words: readonly string[]): ChildProcess {
  const child = spawn(found ?? 'perl', ['-e', program, ...words], {
    cwd: '/',
    // Nothing of ours, as PERL5OPT, may change what it does.
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  return child.on('error', () => {});
}

function byLine(hear: (line: string) => void): (chunk: Buffer) => void {
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

/** How each of them says what is in `$out`: without waiting, and without a signal where nobody listens any more. */
export const answerWithoutWaiting = `
sub answer {
  return if $out eq '';
  my $sent = send STDOUT, $out, 0x4040;
  if (defined $sent) { substr($out, 0, $sent, '') }
  elsif ($! != 11 && $! != 4) { exit 0 }
}
`;
