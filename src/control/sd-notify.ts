/**
 * Tells systemd how the daemon is, as sd_notify(3). Node has no datagrams on unix
 * sockets, so a helper sends them: a small perl that lives as long as we do, or else
 * systemd-notify(1) each time. Without NOTIFY_SOCKET nothing of this happens.
 */
import { type ChildProcess, spawn } from 'node:child_process';

const relay = `use Socket; my $p = $ENV{NOTIFY_SOCKET}; $p =~ s/^@/\\0/;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or exit 1; my $to = pack_sockaddr_un($p);
while (<STDIN>) { chomp; s/\\t/\\n/g; send($s, $_, 0, $to) }`;

export class SystemdNotifier {
  readonly #socket: string | null;
  readonly #watchdogMs: number | null;
  #relay: ChildProcess | null = null;
  #hasPerl = true;
  #watchdog: NodeJS.Timeout | null = null;

  constructor(env: NodeJS.ProcessEnv = process.env, pid = process.pid) {
    this.#socket = env['NOTIFY_SOCKET'] ?? null;
    const isOurs = env['WATCHDOG_PID'] === undefined || Number(env['WATCHDOG_PID']) === pid;
    const usec = Number(env['WATCHDOG_USEC'] ?? 0);
    this.#watchdogMs = isOurs && usec > 0 ? usec / 1_000 : null;
    if (this.#socket !== null) this.#begin();
  }

  /** From now on the watchdog is fed too, by the event loop itself: if that hangs, it is not. */
  ready(status: string): void {
    this.#say(['READY=1', `MAINPID=${process.pid}`, `STATUS=${status}`]);
    if (this.#socket === null || this.#watchdogMs === null) return;
    this.#watchdog = setInterval(() => this.#say(['WATCHDOG=1']), this.#watchdogMs / 2);
    this.#watchdog.unref();
  }

  stopping(): void {
    this.#say(['STOPPING=1', 'STATUS=stopping the services']);
  }

  close(): void {
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#relay?.stdin?.end();
  }

  #begin(): void {
    const env = { NOTIFY_SOCKET: this.#socket ?? '', PATH: process.env['PATH'] ?? '' };
    const child = spawn('perl', ['-e', relay], { env, stdio: ['pipe', 'ignore', 'ignore'] });
    child.on('error', () => {
      this.#hasPerl = false;
      this.#relay = null;
    });
    child.on('exit', () => {
      this.#relay = null;
    });
    child.stdin.on('error', () => {});
    child.unref();
    this.#relay = child;
  }

  #say(lines: readonly string[]): void {
    if (this.#socket === null) return;
    if (this.#relay === null && this.#hasPerl) this.#begin();
    // A spawn that fails says so a little later, so this first message is repeated then.
    this.#relay?.once('error', () => this.#sayOtherwise(lines));
    if (this.#relay === null) this.#sayOtherwise(lines);
    else this.#relay.stdin?.write(`${lines.join('\t')}\n`);
  }

  #sayOtherwise(lines: readonly string[]): void {
    const child = spawn('systemd-notify', [`--pid=${process.pid}`, ...lines], {
      env: { NOTIFY_SOCKET: this.#socket ?? '', PATH: process.env['PATH'] ?? '' },
      stdio: 'ignore',
    });
    child.on('error', () => {});
    child.unref();
  }
}
