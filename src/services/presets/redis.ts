/**
 * Redis, and Valkey, which is the same server under another name. TERM saves and
 * leaves; QUIT would kill it without saving. It has no reload. In daemon mode its
 * launcher says 0 even where the port is taken, so the foreground is better.
 */
import { z } from 'zod';
import { textMap } from '../compound-fields.ts';
import type { ServiceDefinition } from '../definition.ts';
import { flag, port, text, words } from '../fields.ts';
import {
  accountOptions,
  directories,
  endpointText,
  type Owner,
  type Step,
  serverOptions,
} from './options.ts';
import { definePreset, type PresetSite } from './preset.ts';

const schema = z.strictObject({
  ...serverOptions,
  ...accountOptions,
  config: words.optional(),
  port: port.optional(),
  dataDir: words.optional(),
  password: text.optional(),
  /** `maxmemory: 100mb` */
  settings: textMap.optional(),
  pidFile: words.optional(),
  daemonize: flag.optional(),
});

export type RedisOptions = z.input<typeof schema>;
export type ValkeyOptions = RedisOptions;
type Options = z.output<typeof schema>;

const redisProgram = {
  names: ['redis-server'],
  install: 'apt-get install redis-server, or brew install redis',
};
const valkeyProgram = {
  names: ['valkey-server'],
  install: 'apt-get install valkey-server, or brew install valkey',
};

export const redisPreset = definePreset('redis', schema, (options, site) =>
  serviceOf('redis', options.binary ?? site.find(redisProgram), options, site),
);

export const valkeyPreset = definePreset('valkey', schema, (options, site) =>
  serviceOf('valkey', options.binary ?? site.find(valkeyProgram), options, site),
);

function serviceOf(
  kind: string,
  server: string,
  options: Options,
  site: PresetSite,
): ServiceDefinition {
  const home = site.absolute(options.directory ?? site.home);
  const dataDir = site.absolute(options.dataDir ?? `${home}/data`);
  const own = options.config === undefined ? null : site.absolute(options.config);
  const pidFile = site.absolute(options.pidFile ?? `${home}/${kind}.pid`);
  const isDaemon = options.daemonize === true;
  const owner = credentialsOf(kind, options, site);
  const path = own ?? `${home}/${kind}.conf`;
  const content = configOf(options, { dataDir, pidFile, logFile: `${home}/${kind}.log` });
  const write: Step = { name: `${kind}.conf`, ...owner, files: [{ path, content, mode: 0o600 }] };
  return {
    command: [server, path, '--daemonize', isDaemon ? 'yes' : 'no'],
    cwd: home,
    ...owner,
    type: isDaemon ? 'forking' : 'simple',
    ...(isDaemon ? { pidFile } : {}),
    prepare: [
      ...directories(site, { path: home, mode: 0o700, inside: [dataDir] }, owner),
      ...(own === null ? [write] : []),
    ],
    ready: {
      protocol: 'redis',
      at: endpointText(options.host ?? '127.0.0.1', options.port ?? 6379),
    },
    restart: 'always',
    stop: { steps: [{ signal: 'SIGTERM', wait: '30s' }], scope: 'process' },
    ...(isDaemon && own === null ? { logs: { errorLog: `${home}/${kind}.log` } } : {}),
  };
}

/** It would run as root as well, and should not where its package made an account. */
function credentialsOf(kind: string, { user, group }: Options, site: PresetSite): Owner {
  const whom = user ?? (site.isRoot ? site.accountOf(kind) : null);
  return {
    ...(whom === null ? {} : { user: whom }),
    ...(group === undefined ? {} : { group }),
  };
}

interface Files {
  readonly dataDir: string;
  readonly pidFile: string;
  readonly logFile: string;
}

function configOf(options: Options, { dataDir, pidFile, logFile }: Files): string {
  const lines: Readonly<Record<string, string>> = {
    port: String(options.port ?? 6379),
    bind: options.host ?? '127.0.0.1',
    dir: quote(dataDir),
    ...(options.daemonize === true || options.pidFile ? { pidfile: quote(pidFile) } : {}),
    // In the foreground to its output, and so to the log that drover keeps.
    logfile: options.daemonize === true ? quote(logFile) : '""',
    ...(options.password === undefined ? {} : { requirepass: quote(options.password) }),
    ...options.settings,
  };
  return `${Object.entries(lines)
    .map(([key, value]) => `${key} ${value}`)
    .join('\n')}\n`;
}

const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
