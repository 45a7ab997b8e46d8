# A process that does nothing but what it is told, line by line, over a socket. It ends
# when nobody is left to tell it anything, so that no test leaves one behind.
use strict;
use Socket;

my ($path, $part, $deaf, $code) = @ARGV;
my $lines = '';
$SIG{$_} = 'IGNORE' for qw(HUP USR1 USR2 PIPE), split /,/, $deaf;
$SIG{TERM} = sub { exit $code } if length $code && $deaf !~ /TERM/;
enter($part);
while (defined(my $line = hear())) {
    my ($verb, @words) = split / /, $line;
    if    ($verb eq 'exit')   { exit $words[0] }
    elsif ($verb eq 'fork')   { spawn(@words) }
    elsif ($verb eq 'notify') { notify(@words) }
    elsif ($verb eq 'drop')   { drop(@words) }
    elsif ($verb eq 'fall')   { $SIG{$words[0]} = 'DEFAULT'; kill $words[0], $$ }
}

sub enter {
    my ($name) = @_;
    socket(SERVER, PF_UNIX, SOCK_STREAM, 0) && connect(SERVER, sockaddr_un($path)) or exit 98;
    say_("$name $$");
}

sub say_ { syswrite SERVER, "$_[0]\n" }

sub hear {
    my $end;
    while (($end = index $lines, "\n") < 0) {
        return undef unless sysread SERVER, $lines, 512, length $lines;
    }
    my $line = substr $lines, 0, $end;
    $lines = substr $lines, $end + 1;
    return $line;
}

# The child is told things over a connection of its own.
sub spawn {
    my ($session) = @_;
    my $pid = fork;
    if ($pid) { say_("forked $pid"); return }
    if (defined $session) { require POSIX; POSIX::setsid() }
    close SERVER;
    $lines = '';
    enter('child');
}

sub notify {
    socket(MANAGER, PF_UNIX, SOCK_DGRAM, 0);
    send MANAGER, join("\n", @_), 0, sockaddr_un($ENV{NOTIFY_SOCKET});
    close MANAGER;
    say_('notified');
}

# Closes what it has inherited of that name, as some servers close all they inherit.
sub drop {
    my ($lifeline) = @_;
    require POSIX;
    for my $fd (glob '/proc/self/fd/*') {
        POSIX::close($fd =~ /(\d+)$/) if (readlink($fd) // '') eq $lifeline;
    }
    say_('dropped');
}
