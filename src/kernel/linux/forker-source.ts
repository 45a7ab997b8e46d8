/**
 * The program of the forker: a small process that forks in our place, and decides nothing.
 * It is Perl, which forks at about a third of what a Node of 100 MB pays. Its argument is the
 * PID of the manager.
 */
import { constants } from 'node:fs';
import { answerWithoutWaiting, closeWhatWasLeftOpen } from './perl.ts';
import { systemCalls } from './system-calls.ts';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const closeOnExec = 0o2000000;
const readEnd = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | closeOnExec;
const writeEnd = O_WRONLY | O_NONBLOCK | O_NOFOLLOW | closeOnExec;

/**
 * Requests are frames: a length of four bytes, then fields with a NUL between them. Answers
 * are lines: `r` once it is ready; `s` id and stat; `f` id, stage and errno; `x` id, exit
 * code, signal, and 1 where nobody was left in the group. Exits come by a signalfd, because
 * a select(2) after a flag can sleep on it.
 *
 * Between a request and exec every step counts, so it opens and forks by system calls: the
 * handles of Perl take five calls each, and its fork(2) half as long again.
 */
export const forkerSource = String.raw`
use strict;
my $manager = $ARGV[0] + 0;
${systemCalls}
$0 = 'drover: forks';
umask 0;
${closeWhatWasLeftOpen}
my $chld = pack('Q', 1 << 16);
syscall($rt_sigprocmask, 0, $chld, 0, 8) == 0 or exit 1;
my $none = -1;
my $exits = syscall($signalfd4, $none, $chld, 8, 02004000);
$exits > 2 or exit 1;
open(my $null, '+<', '/dev/null') or exit 1;

my ($in, $out) = ('', "r\n");
# By the descriptor that ends when exec has succeeded: id, pid and stat.
my (%starting, %running);
my $buffer = "\0" x 8192;

# Two processors are busy with four; more would only be more to look after.
sub mayLaunch {
  keys %starting < 4 && length $in >= 4 && length $in >= 4 + unpack('N', $in);
}

sub openNow {
  my ($path, $flags, $here) = (@_, -100);
  syscall($openat, $here, $path, $flags);
}

sub readNow {
  my $length = syscall($read, $_[0], $buffer, length $buffer);
  $length > 0 ? substr($buffer, 0, $length) : '';
}

sub launch {
  # Whoever manages next must find all that runs, and nothing may start behind its back.
  exit 0 if getppid != $manager;
  my $frame = substr($in, 4, unpack('N', $in));
  substr($in, 0, 4 + length $frame, '');
  my @plan = split /\0/, $frame, -1;
  my ($id, $lifeline, $sameEnv, $count) = splice @plan, 0, 4;
  my @argv = splice @plan, 0, $count;
  setEnv(splice @plan, 10) unless $sameEnv;
  # A text has a complement as well, of its characters.
  $plan[0] += 0;

  my @opened;
  my $failed = begin($id, $lifeline, \@opened, \@plan, \@argv);
  $out .= "f $id $failed " . ($! + 0) . "\n" if defined $failed;
  syscall($close, $_) for @opened;
}

# Set here, where the next program mostly finds it as it is, and only what differs.
sub setEnv {
  my %env = map { split /=/, $_, 2 } @_;
  delete $ENV{$_} for grep { !exists $env{$_} } keys %ENV;
  for (keys %env) { $ENV{$_} = $env{$_} if !exists $ENV{$_} || $ENV{$_} ne $env{$_} }
}

# Answers the stage that failed, for the reason in $!.
sub begin {
  my ($id, $lifeline, $opened, $plan, $argv) = @_;
  my $held = -1;
  if ($lifeline ne '') {
    $held = openLifeline($lifeline, $opened);
    return 'lifeline' if $held < 0;
  }
  my $pipe = pack('ii', 0, 0);
  syscall($pipe2, $pipe, ${closeOnExec}) == 0 or return 'spawn';
  my ($told, $tell) = unpack('ii', $pipe);
  push @$opened, $tell;
  my $pid = syscall($clone, 17, 0, 0, 0, 0);
  if ($pid == 0) {
    my $stage = become($held, $argv, @$plan);
    my $errno = $! + 0;
    open(my $pipe, '>&=', $tell);
    syswrite $pipe, "$stage $errno";
    syscall($exit_group, 127);
  }
  if ($pid < 0) {
    push @$opened, $told;
    return 'spawn';
  }
  # Read now, for it must be read before the process is reaped. Its name may have any bytes.
  my $stat = '';
  my $file = openNow("/proc/$pid/stat", ${O_RDONLY});
  if ($file >= 0) {
    $stat = readNow($file);
    syscall($close, $file);
  }
  $stat =~ s/\(.*\)/(-)/s;
  $stat =~ s/\s+$//;
  $starting{$told} = [$id, $pid, $stat];
  $running{$pid} = $id;
  return;
}

sub openLifeline {
  my ($path, $opened) = @_;
  my $reader = openNow($path, ${readEnd});
  if ($reader < 0 && $! == 2) {
    my $here = -100;
    syscall($mknodat, $here, $path, 010600, 0);
    $reader = openNow($path, ${readEnd});
  }
  return -1 if $reader < 0;
  push @$opened, $reader;
  if (!lstat $path or !-p _) { $! = 17; return -1 }
  # A write end opens at once only while there is a read end.
  my $held = openNow($path, ${writeEnd});
  push @$opened, $held if $held >= 0;
  return $held;
}

# In the child, until it is another program. Answers the stage that failed.
sub become {
  my ($held, $argv, $umask, $nice, $cwd, $uid, $gid, $at, $kind, $output, $owner, $group) = @_;
  syscall($setsid);
  my $log = $kind eq '' ? fileno $null : openLog($kind, $output, $umask, $owner, $group);
  return 'output' if !defined $log;
  my $give = sub { syscall($dup3, $_[0], $_[1] + 0, 0) >= 0 };
  $give->(fileno $null, 0) && $give->($log, 1) && $give->($log, 2) or return 'spawn';
  $held < 0 or $give->($held, $at) or return 'spawn';
  umask $umask;
  chdir $cwd or return 'spawn';
  setpriority(0, 0, $nice) if $nice ne '';
  # In this order, as Node does: without its user nobody may change the groups. Who is not
  # root may not drop any, and becomes nobody else.
  if ($uid ne '' || $gid ne '') { syscall($setgroups, 0, 0) }
  if ($gid ne '') { syscall($setgid, $gid + 0) == 0 or return 'spawn' }
  if ($uid ne '') { syscall($setuid, $uid + 0) == 0 or return 'spawn' }
  syscall($rt_sigprocmask, 1, $chld, 0, 8);
  exec { $argv->[0] } @$argv;
  return 'spawn';
}

my $kept;

sub openLog {
  my ($kind, $output, $umask, $owner, $group) = @_;
  if ($kind eq 'pipe') {
    sysopen($kept, $output, ${O_WRONLY}) or return;
    return fileno $kept;
  }
  # Opening a FIFO that nobody reads would block for ever.
  if (lstat $output and -p _) { $! = 22; return }
  sysopen($kept, $output, ${O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW}, 0600 & ~$umask) or return;
  if ($owner ne '') {
    my @stat = stat $kept or return;
    if (-f _ and $stat[4] != $owner) { chown $owner, $group, $kept or return }
  }
  return fileno $kept;
}

sub settle {
  my $told = $_[0] + 0;
  my ($id, $pid, $stat) = @{delete $starting{$told}};
  my $error = readNow($told);
  syscall($close, $told);
  if ($error ne '') {
    # It has nothing left to do but to let go of the lifeline, and is dead when that is told.
    waitpid $pid, 0;
    $out .= "f $id $error\n";
    delete $running{$pid};
  } else {
    $out .= "s $id $stat\n";
  }
}

sub reap {
  readNow($exits);
  while ((my $pid = waitpid -1, 1) > 0) {
    my ($code, $signal) = ($? >> 8, $? & 127);
    for (keys %starting) { settle($_) if $starting{$_}[1] == $pid }
    my $id = delete $running{$pid};
    next if !defined $id;
    # Nobody joins a group that has nobody in it.
    my $isEmpty = kill(0, -$pid) == 0 && $! == 3 ? 1 : 0;
    $out .= "x $id $code $signal $isEmpty\n";
  }
}

${answerWithoutWaiting}
while (1) {
  answer();
  launch() if mayLaunch();
  my ($readable, $writable) = ('', '');
  vec($readable, $_, 1) = 1 for 0, $exits, keys %starting;
  vec($writable, 1, 1) = 1 if $out ne '';
  next if select($readable, $writable, undef, mayLaunch() ? 0 : undef) <= 0;
  reap() if vec($readable, $exits, 1);
  for (keys %starting) { settle($_) if vec($readable, $_, 1) }
  # At its end the manager is gone or has let go of us: the services live on.
  if (vec($readable, 0, 1)) { sysread(STDIN, $in, 65536, length $in) or exit 0 }
}
`;
