/** What MySQL and MariaDB have in common, which is nearly everything but how a data directory is made. */
import { textMap } from '../compound-fields.ts';
import type { ServiceDefinition } from '../definition.ts';
import { port, words } from '../fields.ts';
import {
  accountOptions,
  checkSocket,
  directories,
  endpointText,
  type Owner,
  ownerOf,
  type Step,
  serverOptions,
} from './options.ts';
import type { PresetSite } from './preset.ts';

export const databaseOptions = {
  ...serverOptions,
  ...accountOptions,
  config: words.optional(),
  port: port.optional(),
  dataDir: words.optional(),
  socket: words.optional(),
  /** For my.cnf: `innodb_buffer_pool_size: 256M`. */
  settings: textMap.optional(),
};

export interface DatabaseOptions {
  readonly host?: string | undefined;
  readonly directory?: string | undefined;
  readonly user?: string | number | undefined;
  readonly group?: string | number | undefined;
  readonly config?: string | undefined;
  readonly port?: number | undefined;
  readonly dataDir?: string | undefined;
  readonly socket?: string | undefined;
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface DatabasePlaces {
  readonly home: string;
  readonly dataDir: string;
  readonly config: string;
  readonly socket: string;
  readonly pidFile: string;
  readonly errorLog: string;
  readonly owner: Owner;
}

export interface Flavour {
  readonly section: string;
  readonly accounts: readonly string[];
  readonly server: string;
  /** Builds a data directory in `staging`. */
  initialise(staging: string, places: DatabasePlaces): readonly [string, ...string[]];
  readonly extra: readonly string[];
}

export function databaseService(
  options: DatabaseOptions,
  flavour: Flavour,
  site: PresetSite,
): ServiceDefinition {
  const places = placesOf(options, flavour, site);
  if (options.config === undefined) checkSocket(site, 'socket', places.socket);
  const at = endpointText(options.host ?? '127.0.0.1', options.port ?? 3306);
  return {
    // It only takes this one where it comes first.
    command: [flavour.server, `--defaults-file=${places.config}`],
    cwd: places.home,
    ...places.owner,
    type: 'simple',
    prepare: stepsOf(options, flavour, places, site),
    ready: { protocol: 'mysql', at, timeout: '120s' },
    restart: 'always',
    stop: {
      steps: [{ signal: 'SIGTERM', wait: '60s' }],
      scope: 'process',
      // MariaDB 10.11.19 hangs for ever after a TERM that comes before it is ready.
      waitReady: '60s',
    },
    reload: { signal: 'SIGHUP' },
    logs: { errorLog: places.errorLog },
  };
}

function placesOf(options: DatabaseOptions, flavour: Flavour, site: PresetSite): DatabasePlaces {
  const home = site.absolute(options.directory ?? site.home);
  return {
    home,
    dataDir: site.absolute(options.dataDir ?? `${home}/data`),
    config: options.config === undefined ? `${home}/my.cnf` : site.absolute(options.config),
    socket: site.absolute(options.socket ?? `${home}/mysql.sock`),
    pidFile: `${home}/mysqld.pid`,
    errorLog: `${home}/error.log`,
    owner: ownerOf(options, site, ...flavour.accounts),
  };
}

function stepsOf(
  options: DatabaseOptions,
  flavour: Flavour,
  places: DatabasePlaces,
  site: PresetSite,
): Step[] {
  const { home, dataDir, config, owner } = places;
  const staging = `${dataDir}.new`;
  const content = configOf(options, flavour, places);
  return [
    ...directories(site, { path: home, mode: 0o700, inside: [`${home}/tmp`] }, owner),
    ...(options.config === undefined
      ? [{ name: 'my.cnf', ...owner, files: [{ path: config, content, mode: 0o600 }] }]
      : []),
    {
      name: 'data directory',
      ...owner,
      unlessExists: dataDir,
      command: flavour.initialise(staging, places),
      environment: { HOME: home, LC_ALL: 'C.UTF-8' },
      staging: { from: staging, to: dataDir },
      timeout: '180s',
    },
  ];
}

function configOf(options: DatabaseOptions, flavour: Flavour, places: DatabasePlaces): string {
  const lines: Readonly<Record<string, string>> = {
    datadir: places.dataDir,
    port: String(options.port ?? 3306),
    'bind-address': options.host ?? '127.0.0.1',
    socket: places.socket,
    'pid-file': places.pidFile,
    'log-error': places.errorLog,
    tmpdir: `${places.home}/tmp`,
    ...options.settings,
  };
  return [
    `[${flavour.section}]`,
    ...Object.entries(lines).map(([key, value]) => `${key}=${value}`),
    ...flavour.extra,
    '',
  ].join('\n');
}
