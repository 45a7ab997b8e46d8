/**
 * PostgreSQL, `postgres` itself and never pg_ctl, which hides the exit code. INT is
 * its fast shutdown; TERM waits for clients for ever; QUIT needs a recovery afterwards.
 *
 * `postmaster.pid` is a lock of the server's own and is left alone: it is right to
 * refuse where another server may live.
 */
import { z } from 'zod';
import { textMap } from '../compound-fields.ts';
import { port, words } from '../fields.ts';
import {
  accountOptions,
  checkSocket,
  directories,
  endpointText,
  isSocketPath,
  type Owner,
  ownerOf,
  type Step,
  serverOptions,
} from './options.ts';
import { definePreset, type PresetSite } from './preset.ts';

const schema = z.strictObject({
  ...serverOptions,
  ...accountOptions,
  /** `15`: which of the installed versions. Default: the newest. */
  version: words.optional(),
  /** Tells several clusters of one machine apart. Default: the service's name. */
  instance: words.optional(),
  port: port.optional(),
  dataDir: words.optional(),
  /** Where the unix socket is; `none` for no socket. */
  socketDir: words.optional(),
  config: words.optional(),
  /** Who owns a new cluster. */
  superuser: words.optional(),
  /** How a new cluster lets local users in: `trust`, `scram-sha-256`, `peer`. */
  auth: words.optional(),
  encoding: words.optional(),
  /** `-c name=value`: `max_connections: 50`. */
  settings: textMap.optional(),
});

export type PostgresOptions = z.input<typeof schema>;
type Options = z.output<typeof schema>;

const programOf = (name: string, version: string | undefined) => ({
  names: [name],
  isOnlyThere: version !== undefined,
  directories: [
    `/usr/lib/postgresql/${version ?? '*'}/bin`,
    `/usr/pgsql-${version ?? '*'}/bin`,
    `/opt/homebrew/opt/postgresql@${version ?? '*'}/bin`,
    `/usr/local/opt/postgresql@${version ?? '*'}/bin`,
  ],
  install: `apt-get install postgresql${version ? `-${version}` : ''}, or brew install postgresql${version ? `@${version}` : ''}`,
});

export const postgresPreset = definePreset('postgres', schema, (options, site) => {
  const server = options.binary ?? site.find(programOf('postgres', options.version));
  const home = site.absolute(options.directory ?? site.home);
  const dataDir = site.absolute(options.dataDir ?? `${home}/data`);
  const owner = ownerOf(options, site, 'postgres', '_postgres');
  const port = options.port ?? 5432;
  const places = { home, dataDir, owner, server };
  const settings = settingsOf(options, places, site);
  return {
    description: `PostgreSQL, instance ${options.instance ?? site.name}`,
    command: [server, '-D', dataDir, '-p', String(port), ...settings],
    cwd: home,
    ...owner,
    // Without a locale of its own the server refuses to start where LANG is not installed.
    environment: { LC_ALL: 'C.UTF-8', HOME: home },
    type: 'simple',
    prepare: stepsOf(options, places, site),
    ready: {
      protocol: 'postgres',
      at: endpointText(options.host ?? '127.0.0.1', port),
      timeout: '120s',
    },
    restart: 'always',
    stop: {
      steps: [
        { signal: 'SIGINT', wait: '60s' },
        { signal: 'SIGQUIT', wait: '5s' },
      ],
      scope: 'process',
    },
    // It would go on with what it had, and tell nobody but its log.
    reload: { test: [server, '-D', dataDir, ...settings, '-C', 'config_file'], signal: 'SIGHUP' },
  };
});

interface Places {
  readonly home: string;
  readonly dataDir: string;
  readonly owner: Owner;
  readonly server: string;
}

function settingsOf(options: Options, places: Places, site: PresetSite): readonly string[] {
  const all: Readonly<Record<string, string>> = {
    listen_addresses: options.host ?? '127.0.0.1',
    unix_socket_directories: socketDirOf(options, places, site),
    cluster_name: options.instance ?? '',
    ...(options.config === undefined ? {} : { config_file: site.absolute(options.config) }),
    ...options.settings,
  };
  return Object.entries(all)
    .filter(([key, value]) => value !== '' || key === 'unix_socket_directories')
    .flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

/** A path that is too long for a socket would keep the server from starting: then without. */
function socketDirOf(options: Options, { home }: Places, site: PresetSite): string {
  const { socketDir, port = 5432 } = options;
  if (socketDir === 'none') return '';
  const directory = socketDir === undefined ? home : site.absolute(socketDir);
  const socket = `${directory}/.s.PGSQL.${port}`;
  if (socketDir !== undefined) checkSocket(site, 'socketDir', socket);
  return isSocketPath(socket) ? directory : '';
}

function stepsOf(options: Options, places: Places, site: PresetSite): Step[] {
  const { home, dataDir, owner } = places;
  const staging = `${dataDir}.new`;
  const beside = `${places.server.slice(0, places.server.lastIndexOf('/'))}/initdb`;
  const initdb = options.binary ? beside : site.find(programOf('initdb', options.version));
  return [
    ...directories(site, { path: home, mode: 0o700 }, owner),
    {
      name: 'data directory',
      ...owner,
      unlessExists: dataDir,
      command: [
        initdb,
        '-D',
        staging,
        '-U',
        options.superuser ?? 'postgres',
        '-A',
        options.auth ?? 'trust',
        '-E',
        options.encoding ?? 'UTF8',
        '--no-instructions',
      ],
      staging: { from: staging, to: dataDir },
      timeout: '180s',
    },
  ];
}
