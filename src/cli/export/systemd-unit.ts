/** One service as a unit of systemd. */
import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandSpec, ServiceSpec } from '../../machines/vocabulary.ts';
import { ownEnvironment } from './exported.ts';
import { lostInUnit } from './systemd-lost.ts';
import { prepareLines } from './systemd-prepare.ts';
import { assignment, path, section, span, specifier, word } from './unit-text.ts';

export interface UnitSite {
  /** Of all names: `shop-`. */
  readonly prefix: string;
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly manager: NodeJS.ProcessEnv;
  readonly stateDir: string;
}

type Entry = readonly [string, string | number | null];

export function serviceUnit(spec: ServiceSpec, site: UnitSite): string {
  const lost = lostInUnit(spec).map((line) => `#   ${line}`);
  return `${[
    '# Made by `drover export systemd`.',
    ...(lost.length === 0 ? [] : ['# Not carried over:', ...lost]),
    section('Unit', unitEntries(spec, site)),
    '',
    section('Service', serviceEntries(spec, site)),
    '',
    section('Install', [['WantedBy', `${site.prefix}.target`]]),
  ].join('\n')}\n`;
}

function unitEntries(spec: ServiceSpec, site: UnitSite): readonly Entry[] {
  const { restart, description, name } = spec;
  const unitsOf = (which: readonly ServiceSpec['dependsOn'][number][]): string | null =>
    which
      .flatMap((need) => site.members.get(need.name) ?? [need.name])
      .map((one) => `${site.prefix}-${one}.service`)
      .join(' ') || null;
  const bound = spec.dependsOn.filter((need) => need.restart);
  return [
    ['Description', specifier(description ?? name)],
    ['PartOf', `${site.prefix}.target`],
    ['After', ['network.target', unitsOf(spec.dependsOn)].filter(Boolean).join(' ')],
    ['Requires', unitsOf(spec.dependsOn.filter((need) => !need.restart))],
    ['BindsTo', unitsOf(bound)],
    ['StartLimitIntervalSec', restart.type === 'temporary' ? null : span(restart.periodMs)],
    // systemd counts starts, of which the first one is no restart.
    ['StartLimitBurst', restart.type === 'temporary' ? null : restart.intensity + 1],
  ];
}

function serviceEntries(spec: ServiceSpec, site: UnitSite): readonly Entry[] {
  const { command, type } = spec;
  return [
    ['Type', type === 'simple' ? 'exec' : type],
    ['NotifyAccess', type === 'notify' ? 'all' : null],
    ['RemainAfterExit', type === 'oneshot' ? 'yes' : null],
    ['PIDFile', spec.pidFile === null ? null : path(spec.pidFile.path)],
    ['WorkingDirectory', workingDirectory(spec)],
    ...identityEntries(command, site),
    ...spec.prepare
      .flatMap((step) => prepareLines(step, spec))
      .map((line): Entry => ['ExecStartPre', line]),
    ['ExecStart', line(command)],
    ['ExecReload', reloadLine(spec)],
    ...stopEntries(spec),
    ...restartEntries(spec),
    ['TimeoutStartSec', startSpan(spec)],
    ...logEntries(spec, site),
  ];
}

/** With `-` it may be missing: a preparation makes it, and is itself run in it. */
function workingDirectory({ command: { cwd }, prepare }: ServiceSpec): string {
  const isMade = prepare.some(({ directories }) => directories.length > 0);
  return (isMade ? '-' : '') + path(cwd);
}

function identityEntries(command: CommandSpec, site: UnitSite): readonly Entry[] {
  const { credentials, umask, nice, limits } = command;
  return [
    ...ownEnvironment(command, site.manager).map(
      ([name, value]): Entry => ['Environment', assignment(name, value)],
    ),
    ['User', credentials === null ? null : String(credentials.user)],
    ['Group', credentials?.group == null ? null : String(credentials.group)],
    ['UMask', umask === null ? null : umask.toString(8).padStart(4, '0')],
    ['Nice', nice],
    ...Object.entries(limits).map(([name, { soft, hard }]): Entry => {
      const [from, to] = [soft, hard].map((one) => one.replace('unlimited', 'infinity'));
      return [`Limit${name.toUpperCase()}`, from === to ? `${from}` : `${from}:${to}`];
    }),
  ];
}

function stopEntries({ stop }: ServiceSpec): readonly Entry[] {
  const signal = stop.steps.find((step) => 'signal' in step);
  const commands = stop.steps.filter((step) => 'command' in step);
  const total = stop.steps.reduce((sum, { waitMs }) => sum + waitMs, 0);
  return [
    ...commands.map((step): Entry => ['ExecStop', line(step.command)]),
    ['KillSignal', signal === undefined ? null : signal.signal],
    // The main process alone is asked; SIGKILL goes to whatever is left of the service.
    ['KillMode', stop.scope === 'process' ? 'mixed' : 'control-group'],
    ['TimeoutStopSec', span(total)],
  ];
}

const policies = { permanent: 'always', transient: 'on-failure', temporary: 'no' } as const;

function restartEntries({ restart, type }: ServiceSpec): readonly Entry[] {
  const policy = policies[restart.type];
  // systemd refuses to restart a one-shot that succeeded.
  const allowed = type === 'oneshot' && policy === 'always' ? 'on-failure' : policy;
  const success = restart.successExitCodes.filter((code) => code !== 0);
  return [
    ['Restart', allowed],
    ['RestartSec', allowed === 'no' ? null : span(restart.delayMs)],
    ['SuccessExitStatus', success.length === 0 ? null : success.join(' ')],
    ['RestartPreventExitStatus', restart.fatalExitCodes.join(' ') || null],
  ];
}

function startSpan({ type, ready, pidFile }: ServiceSpec): string | null {
  if (type === 'oneshot') return 'infinity';
  if (type === 'notify' && ready !== null) return span(ready.timeoutMs);
  return type === 'forking' && pidFile !== null ? span(pidFile.waitMs) : null;
}

function reloadLine({ reload }: ServiceSpec): string | null {
  if (reload === null) return null;
  const { by } = reload;
  return 'signal' in by ? `/bin/kill -${by.signal.slice(3)} $MAINPID` : line(by.command);
}

/** The journal keeps what drover would have kept in its state directory. */
function logEntries({ logs }: ServiceSpec, { stateDir }: UnitSite): readonly Entry[] {
  if (logs.path.startsWith(`${stateDir}/`)) return [];
  return [
    ['StandardOutput', `append:${path(logs.path)}`],
    ['StandardError', `append:${path(logs.path)}`],
  ];
}

/** systemd has a PATH of its own, so the program is named whole where it is found. */
export function line({ argv: [program, ...args], cwd, env }: CommandSpec): string {
  return [whole(program, cwd, env['PATH'] ?? ''), ...args].map(word).join(' ');
}

function whole(program: string, cwd: string, searched: string): string {
  if (program.includes('/')) return resolve(cwd, program);
  const candidates = searched.split(':').map((directory) => join(directory, program));
  return candidates.find(isExecutable) ?? program;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
