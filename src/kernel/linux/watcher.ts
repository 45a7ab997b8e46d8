/**
 * Asks a small Perl to wait for the ends of processes that are not our children: the kernel
 * tells them through a pidfd (pidfd_open(2)), which Node cannot make. One wait serves them all.
 */
import { answerWithoutWaiting, closeWhatWasLeftOpen, converse, hasPerl } from './perl.ts';
import { systemCalls } from './system-calls.ts';

/** Whom a question is about is said by a number of the asker's. */
export interface WatcherListener {
  /** From now on its end will be told. */
  watching(id: number): void;
  gone(id: number): void;
  /** It cannot be watched here: it is gone already, or something is missing. */
  refused(id: number): void;
  /** Nothing more will be told. At most once, and later than the watcher was asked for. */
  ended(end: WatcherEnd): void;
}

/** Only what did start, and said nothing, would say nothing again. */
export type WatcherEnd = 'could not start' | 'said nothing' | 'did its work';

export interface Watcher {
  watch(id: number, pid: number): void;
  forget(id: number): void;
  close(): void;
}

export function canWatch(): boolean {
  return systemCalls !== null && hasPerl();
}

export function openWatcher(listener: WatcherListener): Watcher {
  let end: WatcherEnd = 'said nothing';
  const hear = (line: string) => {
    end = 'did its work';
    const id = Number(line.slice(2));
    if (line.startsWith('w')) listener.watching(id);
    else if (line.startsWith('g')) listener.gone(id);
    else listener.refused(id);
  };
  const conversation = converse(watcherSource, [], { hear, ended: () => listener.ended(end) });
  if (conversation === null) {
    process.nextTick(listener.ended, 'could not start');
    return { watch() {}, forget() {}, close() {} };
  }
  let waiting = '';
  // Many are asked for in one turn, when a manager takes over what runs.
  const say = (line: string) => {
    if (waiting === '') process.nextTick(flush);
    waiting += line;
  };
  const flush = () => {
    conversation.say(waiting);
    waiting = '';
  };
  return {
    watch: (id, pid) => say(`w ${id} ${pid}\n`),
    forget: (id) => say(`f ${id}\n`),
    close: conversation.close,
  };
}

/**
 * Requests and answers are lines: `w` id pid and `f` id; `w`, `g` and `n` id, for watching,
 * gone and not.
 */
const watcherSource = String.raw`
use strict;
${systemCalls}
$0 = 'drover: watches';
${closeWhatWasLeftOpen}

my ($in, $out) = ('', '');
# A bit for each descriptor that select(2) is to look at.
my $watched = '';
vec($watched, 0, 1) = 1;
my (%idOf, %descriptorOf);

sub obey {
  my ($what, $id, $pid) = split / /, $_[0];
  if ($what eq 'f') { forget($descriptorOf{$id}) if exists $descriptorOf{$id}; return }
  my $descriptor = syscall($pidfd_open, $pid + 0, 0);
  if ($descriptor < 0) { $out .= "n $id\n"; return }
  $idOf{$descriptor} = $id;
  $descriptorOf{$id} = $descriptor;
  vec($watched, $descriptor, 1) = 1;
  $out .= "w $id\n";
}

sub forget {
  my $descriptor = $_[0];
  vec($watched, $descriptor, 1) = 0;
  syscall($close, $descriptor + 0);
  my $id = delete $idOf{$descriptor};
  delete $descriptorOf{$id};
  $id;
}

${answerWithoutWaiting}
while (1) {
  answer();
  my ($readable, $writable) = ($watched, '');
  vec($writable, 1, 1) = 1 if $out ne '';
  next if select($readable, $writable, undef, undef) <= 0;
  # Who is gone is told before somebody is forgotten, or another gets the same descriptor.
  my $bits = unpack('b*', $readable);
  for (my $at = index($bits, '1', 1); $at > 0; $at = index($bits, '1', $at + 1)) {
    $out .= 'g ' . forget($at) . "\n";
  }
  next if !vec($readable, 0, 1);
  # At its end the manager is gone, or has nobody to watch any more.
  sysread(STDIN, $in, 65536, length $in) or exit 0;
  obey($1) while $in =~ s/^(.*)\n//;
}
`;
