/**
 * php-fpm, one master for each version. `process_control_timeout` is what makes
 * its QUIT graceful; without it clients are cut. A reload with a configuration
 * that it cannot read kills it, so that is tested first.
 */
import { z } from 'zod';
import { textMap, texts } from '../compound-fields.ts';
import type { ServiceDefinition } from '../definition.ts';
import { account, count, flag, port, words } from '../fields.ts';
import { checkSocket, directories, endpointText, type Step, serverOptions } from './options.ts';
import { definePreset, type PresetSite } from './preset.ts';

const schema = z.strictObject({
  ...serverOptions,
  /** `8.2`: which of the installed versions. Default: the newest. */
  version: words.optional(),
  config: words.optional(),
  port: port.optional(),
  /** A unix socket instead of a port. */
  socket: words.optional(),
  /** As root: whom the workers run as. */
  user: account.optional(),
  group: account.optional(),
  children: count.optional(),
  /** `system`: the php.ini and extensions of the system; `none`; or a path. */
  ini: words.optional(),
  /** Loaded with `ini: none`: `[mysqli, redis]`. */
  extensions: texts.optional(),
  /** For php.ini: `memory_limit: 256M`. */
  settings: textMap.optional(),
  pidFile: words.optional(),
  daemonize: flag.optional(),
});

export type PhpFpmOptions = z.input<typeof schema>;
type Options = z.output<typeof schema>;

const programOf = (version: string | undefined) => ({
  names:
    version === undefined
      ? ['php-fpm', ...['8.5', '8.4', '8.3', '8.2', '8.1', '8.0', '7.4'].map((v) => `php-fpm${v}`)]
      : [`php-fpm${version}`, `php-fpm-${version}`],
  directories:
    version === undefined
      ? []
      : [`/opt/homebrew/opt/php@${version}/sbin`, `/usr/local/opt/php@${version}/sbin`],
  install: `apt-get install php${version ?? ''}-fpm, or brew install php${version ? `@${version}` : ''}`,
});

export const phpFpmPreset = definePreset('php-fpm', schema, (options, site) => {
  const home = site.absolute(options.directory ?? site.home);
  const own = options.config === undefined ? null : site.absolute(options.config);
  const pidFile = site.absolute(options.pidFile ?? `${home}/php-fpm.pid`);
  const socket = options.socket === undefined ? null : site.absolute(options.socket);
  if (socket !== null) checkSocket(site, 'socket', socket);
  const binary = options.binary ?? site.find(programOf(options.version));
  const base = [binary, ...iniArguments(options, site), '-y', own ?? `${home}/php-fpm.conf`];
  const isDaemon = options.daemonize === true;
  const places = { home, socket, pidFile, site };
  return {
    command: [...base, isDaemon ? '-D' : '-F'],
    type: isDaemon ? 'forking' : 'simple',
    ...(isDaemon ? { pidFile } : {}),
    prepare: [
      ...directories(site, { path: home, mode: 0o711 }, {}),
      ...(own === null ? [configStep(options, places)] : []),
      ...(socket === null ? [] : [{ name: 'stale socket', removeStale: socket }]),
    ],
    ...readyOf(own, options, socket),
    restart: 'always',
    stop: {
      steps: [
        { signal: 'SIGQUIT', wait: '10s' },
        { signal: 'SIGTERM', wait: '5s' },
      ],
      scope: 'process',
    },
    reload: { test: [...base, '-t'], signal: 'SIGUSR2' },
    logs: { errorLog: `${home}/error.log` },
  };
});

/** The pool of a configuration of the user's may be anywhere, unless it is said where. */
function readyOf(own: string | null, options: Options, socket: string | null) {
  if (own !== null && options.port === undefined && socket === null) return {};
  const at = socket ?? endpointText(options.host ?? '127.0.0.1', options.port ?? 9000);
  const ready: ServiceDefinition['ready'] = { protocol: 'fastcgi', at };
  return { ready };
}

function iniArguments({ ini, extensions, settings }: Options, site: PresetSite): readonly string[] {
  const file = ini === undefined || ini === 'system' || ini === 'none' ? null : site.absolute(ini);
  return [
    ...(ini === 'none' ? ['-n'] : []),
    ...(file === null ? [] : ['-c', file]),
    ...(extensions ?? []).flatMap((name) => ['-d', `extension=${name}`]),
    ...Object.entries(settings ?? {}).flatMap(([key, value]) => ['-d', `${key}=${value}`]),
  ];
}

interface Places {
  readonly home: string;
  readonly socket: string | null;
  readonly pidFile: string;
  readonly site: PresetSite;
}

function configStep(options: Options, places: Places): Step {
  const path = `${places.home}/php-fpm.conf`;
  return { name: 'php-fpm.conf', files: [{ path, content: configOf(options, places) }] };
}

function configOf(options: Options, { home, socket, pidFile, site }: Places): string {
  const { host = '127.0.0.1', port = 9000, children = 5 } = options;
  const listen = socket ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return [
    '[global]',
    // A QUIT that comes while it re-executes itself kills it and leaves this file.
    ...(options.daemonize === true || options.pidFile ? [`pid = ${pidFile}`] : []),
    `error_log = ${home}/error.log`,
    'process_control_timeout = 10s',
    'daemonize = no',
    '',
    '[www]',
    ...userLines(options, site, socket !== null),
    `listen = ${listen}`,
    'pm = dynamic',
    `pm.max_children = ${Math.max(1, children)}`,
    'pm.start_servers = 1',
    'pm.min_spare_servers = 1',
    `pm.max_spare_servers = ${Math.max(1, Math.min(3, children))}`,
    'ping.path = /ping',
    'pm.status_path = /status',
    'catch_workers_output = yes',
    'clear_env = no',
    '',
  ].join('\n');
}

/** As root php-fpm ends with code 78 where its pool names no user. */
function userLines(options: Options, site: PresetSite, hasSocket: boolean): readonly string[] {
  if (!site.isRoot) return [];
  const user = options.user ?? site.accountOf('www-data', 'nginx', 'nobody');
  if (user === null) return [];
  const lines = [
    `user = ${user}`,
    ...(options.group === undefined ? [] : [`group = ${options.group}`]),
  ];
  return hasSocket ? [...lines, `listen.owner = ${user}`, 'listen.mode = 0660'] : lines;
}
