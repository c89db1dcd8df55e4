# Answers HTTP on 7000: /environment/NAME, /file/PATH, /get/HOST/PORT/PATH (asked from in here), /say/WORD (to its log) and /exit/CODE.
use strict;
use warnings;
use IO::Socket::INET;

$| = 1;
$SIG{TERM} = sub { print "asked to end\n"; exit 0 };
my $server = IO::Socket::INET->new(LocalPort => 7000, Listen => 8, ReuseAddr => 1) or die $!;
print "listening\n";
print STDERR "an error line\n";
while (1) {
    my $client = $server->accept or next;
    my ($path) = (<$client> // '') =~ m{^GET /(\S*)} or next;
    my ($what, $rest) = split m{/}, $path, 2;
    my $answer = '';
    if ($what eq 'environment') { $answer = $ENV{$rest} // '' }
    elsif ($what eq 'file') { local $/; open my $file, '<', "/$rest" or next; $answer = <$file> }
    elsif ($what eq 'mode') { my @stat = stat "/$rest"; $answer = sprintf '%o %d %d', $stat[2] & 07777, $stat[4], $stat[5] }
    elsif ($what eq 'get') {
        my ($host, $port, $inner) = split m{/}, $rest, 3;
        my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 5);
        if ($socket) { local $/; print $socket "GET /$inner HTTP/1.0\r\nHost: x\r\n\r\n"; ($answer) = (<$socket> // '') =~ m{\r\n\r\n(.*)}s }
        else { $answer = "unreachable: $@" }
    }
    elsif ($what eq 'say') { print "$rest\n" }
    elsif ($what eq 'exit') { print "ending with $rest\n"; exit $rest }
    print $client "HTTP/1.0 200 OK\r\nContent-Length: " . length($answer // '') . "\r\n\r\n" . ($answer // '');
    close $client;
}
