/** The text of a systemd unit that runs a daemon. Pure. */
export interface UnitOptions {
  readonly project: string;
  /** The whole command, the program first, each an absolute path where it is one. */
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  /** How long a stop of everything may take. */
  readonly shutdownTimeoutMs: number;
  /** Of the system manager: whom it runs as. Absent: as root. */
  readonly user?: string;
  /** `user`: for `systemctl --user`. */
  readonly scope?: 'system' | 'user';
}

/** Beside the deadline of the services, for the daemon itself. */
const marginMs = 15_000;

export function systemdUnit(options: UnitOptions): string {
  const { project, command, directory, shutdownTimeoutMs, user, scope = 'system' } = options;
  const stopSeconds = Math.ceil((shutdownTimeoutMs + marginMs) / 1_000);
  return `# Made by drover. The services outlive a crash of the daemon, and it adopts them when
# systemd starts it again; so systemd must never kill more than the daemon itself.
[Unit]
Description=drover: ${specifier(project)}
Documentation=man:systemd.service(5)
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
NotifyAccess=all
ExecStart=${command.map(quote).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
WorkingDirectory=${specifier(directory)}
${user === undefined ? '' : `User=${user}\n`}KillMode=process
Restart=on-failure
RestartSec=1
WatchdogSec=60
TimeoutStartSec=120
TimeoutStopSec=${stopSeconds}
OOMPolicy=continue
TasksMax=infinity
LimitNOFILE=65536

[Install]
WantedBy=${scope === 'user' ? 'default.target' : 'multi-user.target'}
`;
}

const specifier = (text: string): string => text.replaceAll('%', '%%');

/** As systemd.service(5) reads a command line: specifiers, variables and quotes are its own. */
function quote(word: string): string {
  const plain = specifier(word).replaceAll('$', '$$$$');
  if (/^[\w@%+=:,./$-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
