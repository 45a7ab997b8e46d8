/**
 * The program of the forker: a small process that forks in our place, and decides nothing.
 *
 * It is Perl because every Debian has that in its base system, it starts in 2 ms, needs 3 MB,
 * and forks at about a third of what a Node of 100 MB pays. It loads no module, so it needs
 * the numbers of a few system calls, and is not used where they are not known.
 */
import { constants } from 'node:fs';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** In the order in which the program takes them. */
const calls: Readonly<Record<string, readonly number[]>> = {
  // setsid, dup3, rt_sigprocmask, signalfd4, mknodat, close, exit_group
  x64: [112, 292, 14, 289, 259, 3, 231],
  arm64: [157, 24, 135, 74, 33, 57, 94],
};

/** The arguments of perl(1); null where this machine's system calls are not known. */
export function forkerWords(): readonly string[] | null {
  const numbers = process.platform === 'linux' ? calls[process.arch] : undefined;
  return numbers === undefined
    ? null
    : ['-e', forkerSource, String(process.pid), ...numbers.map(String)];
}

/**
 * Requests are frames: a length of four bytes, then fields with a NUL between them. Answers
 * are lines: `r` once it is ready; `s` id and stat; `f` id, stage and errno; `x` id, exit
 * code and signal. Exits come by a signalfd, because a select(2) after a flag can sleep on it.
 */
const forkerSource = String.raw`
use strict;
my ($manager, $setsid, $dup3, $sigprocmask, $signalfd, $mknodat, $close, $exit) = map { $_ + 0 } @ARGV;
$0 = 'drover: forks';
umask 0;
chdir '/';

# What we were left open by whoever started the manager is nobody's business here.
opendir(my $open, '/proc/self/fd') or exit 1;
my @open = grep { /^\d+$/ && $_ > 2 } readdir $open;
closedir $open;
syscall($close, $_ + 0) for @open;

my $chld = pack('Q', 1 << 16);
syscall($sigprocmask, 0, $chld, 0, 8) == 0 or exit 1;
my $none = -1;
my $fd = syscall($signalfd, $none, $chld, 8, 02004000);
$fd > 2 or exit 1;
open(my $exits, '<&=', $fd) or exit 1;
open(my $null, '+<', '/dev/null') or exit 1;

my ($in, $out, $env) = ('', "r\n", '');
# By the descriptor that ends when exec has succeeded: id, pid, stat and the handle.
my (%starting, %running);

# Two processors are busy with four; more would only be more to look after.
sub mayLaunch {
  keys %starting < 4 && length $in >= 4 && length $in >= 4 + unpack('N', $in);
}

sub launch {
  # Whoever manages next must find all that runs, and nothing may start behind its back.
  exit 0 if getppid != $manager;
  my $frame = substr($in, 4, unpack('N', $in));
  substr($in, 0, 4 + length $frame, '');
  my ($id, $umask, $nice, $cwd, $lifeline, $at, $kind, $output, $sameEnv, $count, @rest) =
    split /\0/, $frame, -1;
  # A text has a complement as well, of its characters.
  $umask += 0;
  my @argv = splice @rest, 0, $count;
  $env = \@rest unless $sameEnv;
  my $fail = sub { $out .= "f $id $_[0] $_[1]\n" };

  my ($reader, $held);
  if ($lifeline ne '') {
    my $flags = ${O_RDONLY | O_NONBLOCK | O_NOFOLLOW};
    if (!sysopen($reader, $lifeline, $flags)) {
      return $fail->('lifeline', $! + 0) if $! != 2;
      my $here = -100;
      syscall($mknodat, $here, $lifeline, 010600, 0);
      sysopen($reader, $lifeline, $flags) or return $fail->('lifeline', $! + 0);
    }
    -p $reader or return $fail->('lifeline', 17);
    sysopen($held, $lifeline, ${O_WRONLY | O_NONBLOCK | O_NOFOLLOW})
      or return $fail->('lifeline', $! + 0);
  }

  pipe(my $told, my $tell) or return $fail->('spawn', $! + 0);
  my $pid = fork;
  return $fail->('spawn', $! + 0) if !defined $pid;
  if ($pid == 0) {
    my $stage = 'output';
    my $give = sub { syscall($dup3, fileno $_[0], $_[1] + 0, 0) >= 0 };
    my $become = sub {
      syscall($setsid);
      my $log;
      if ($kind eq 'file') {
        # Opening a FIFO that nobody reads would block for ever.
        if (lstat $output and -p _) { $! = 22; return }
        sysopen($log, $output, ${O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW}, 0600 & ~$umask)
          or return;
      } elsif ($kind eq 'pipe') {
        sysopen($log, $output, ${O_WRONLY}) or return;
      }
      $stage = 'spawn';
      $log ||= $null;
      $give->($null, 0) && $give->($log, 1) && $give->($log, 2) or return;
      $give->($held, $at) or return if $held;
      umask $umask;
      chdir $cwd or return;
      setpriority(0, 0, $nice) if $nice ne '';
      %ENV = map { split /=/, $_, 2 } @$env;
      syscall($sigprocmask, 1, $chld, 0, 8);
      exec { $argv[0] } @argv;
    };
    $become->();
    syswrite $tell, "$stage " . ($! + 0);
    syscall($exit, 127);
  }
  close $tell;
  # Read now, for it must be read before the process is reaped. Its name may have any bytes.
  my $stat = '';
  if (open(my $file, '<', "/proc/$pid/stat")) { sysread $file, $stat, 4096 }
  $stat =~ s/\(.*\)/(-)/s;
  $stat =~ s/\s+$//;
  $starting{fileno $told} = [$id, $pid, $stat, $told];
  $running{$pid} = $id;
}

sub settle {
  my ($id, $pid, $stat, $told) = @{delete $starting{$_[0]}};
  if (sysread $told, my $error, 64) {
    $out .= "f $id $error\n";
    delete $running{$pid};
  } else {
    $out .= "s $id $stat\n";
  }
}

sub reap {
  sysread $exits, my $seen, 8192;
  while ((my $pid = waitpid -1, 1) > 0) {
    my ($code, $signal) = ($? >> 8, $? & 127);
    for (keys %starting) { settle($_) if $starting{$_}[1] == $pid }
    my $id = delete $running{$pid};
    $out .= "x $id $code $signal\n" if defined $id;
  }
}

while (1) {
  my ($readable, $writable) = ('', '');
  vec($readable, $_, 1) = 1 for 0, $fd, keys %starting;
  vec($writable, 1, 1) = 1 if $out ne '';
  my $n = select($readable, $writable, undef, mayLaunch() ? 0 : undef);
  if ($n > 0) {
    # At its end the manager is gone or has let go of us: the services live on.
    if (vec($readable, 0, 1)) { sysread(STDIN, $in, 65536, length $in) or exit 0 }
    for (keys %starting) { settle($_) if vec($readable, $_, 1) }
    reap() if vec($readable, $fd, 1);
    if (vec($writable, 1, 1)) {
      my $written = syswrite STDOUT, $out, 4096;
      defined $written or exit 0;
      substr($out, 0, $written, '');
    }
  }
  launch() if mayLaunch();
}
`;
