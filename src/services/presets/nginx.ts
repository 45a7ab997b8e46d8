/**
 * nginx. In the foreground, because its own daemon mode hides the exit code and
 * reports success where the port is taken. QUIT lets clients finish, TERM cuts
 * them; a broken configuration is refused before a reload.
 */
import { z } from 'zod';
import type { ServiceDefinition } from '../definition.ts';
import { account, count, flag, port, text, words } from '../fields.ts';
import { directories, endpointText, type Step, serverOptions } from './options.ts';
import { definePreset, type PresetSite } from './preset.ts';

const schema = z.strictObject({
  ...serverOptions,
  /** A configuration of your own, which is then used as it is. */
  config: words.optional(),
  port: port.optional(),
  /** What is served. */
  root: words.optional(),
  /** `host:port` or socket of a php-fpm that runs `*.php`. */
  php: words.optional(),
  workers: count.optional(),
  /** As root: whom the workers run as. Default: the package's own account. */
  user: account.optional(),
  /** Further directives for the one server block. */
  server: text.optional(),
  pidFile: words.optional(),
  daemonize: flag.optional(),
});

export type NginxOptions = z.input<typeof schema>;
type Options = z.output<typeof schema>;

const program = {
  names: ['nginx'],
  directories: ['/opt/nginx/sbin', '/usr/local/nginx/sbin'],
  install: 'apt-get install nginx, or brew install nginx',
};

export const nginxPreset = definePreset('nginx', schema, (options, site) => {
  const home = site.absolute(options.directory ?? site.home);
  const own = options.config === undefined ? null : site.absolute(options.config);
  const config = own ?? `${home}/nginx.conf`;
  const pidFile = site.absolute(options.pidFile ?? `${home}/nginx.pid`);
  const errorLog = `${home}/error.log`;
  const binary = options.binary ?? site.find(program);
  const base = [binary, '-p', `${home}/`, '-c', config, '-e', errorLog];
  const isDaemon = options.daemonize === true;
  return {
    command: isDaemon ? base : [...base, '-g', 'daemon off;'],
    type: isDaemon ? 'forking' : 'simple',
    ...(isDaemon ? { pidFile } : {}),
    prepare: [
      ...directories(site, { path: home, mode: 0o711 }, {}),
      ...configStep(own, options, { home, site, pidFile }),
    ],
    ...(own === null || options.port !== undefined ? { ready: readyOf(own, options) } : {}),
    restart: 'always',
    stop: {
      steps: [
        { signal: 'SIGQUIT', wait: '10s' },
        { signal: 'SIGTERM', wait: '3s' },
      ],
      scope: 'process',
    },
    reload: { test: [...base, '-t', '-q'], signal: 'SIGHUP' },
    logs: { errorLog },
  };
});

/** Of a configuration of the user's, only that somebody listens can be known. */
function readyOf(own: string | null, options: Options): ServiceDefinition['ready'] {
  const at = endpointText(options.host ?? '127.0.0.1', options.port ?? 8080);
  return own === null ? { http: `http://${at}/-/ready`, status: 200 } : { tcp: at };
}

interface Places {
  readonly home: string;
  readonly site: PresetSite;
  readonly pidFile: string;
}

function configStep(own: string | null, options: Options, places: Places): readonly Step[] {
  if (own !== null) return [];
  const content = configOf(options, places);
  return [{ name: 'nginx.conf', files: [{ path: `${places.home}/nginx.conf`, content }] }];
}

function configOf(options: Options, { home, site, pidFile }: Places): string {
  const { host = '127.0.0.1', port = 8080, workers = 2 } = options;
  const user = site.isRoot ? (options.user ?? site.accountOf('www-data', 'nginx', 'nobody')) : null;
  const root = site.absolute(options.root ?? '.');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    ...(user === null ? [] : [`user ${user};`]),
    `pid ${quote(pidFile)};`,
    `worker_processes ${workers};`,
    `error_log ${quote(`${home}/error.log`)} notice;`,
    'events { worker_connections 1024; }',
    'http {',
    `  access_log ${quote(`${home}/access.log`)};`,
    ...temporary.map((name) => `  ${name}_temp_path ${quote(`${home}/${name}`)};`),
    ...types,
    '  server {',
    `    listen ${host.includes(':') ? `[${host}]` : host}:${port};`,
    `    root ${quote(root)};`,
    `    index index.html${options.php === undefined ? '' : ' index.php'};`,
    '    location = /-/ready { access_log off; return 200 "ok\\n"; }',
    ...(options.php === undefined ? [] : phpLocation(options.php)),
    ...(options.server === undefined ? [] : [options.server]),
    '  }',
    '}',
    '',
  ].join('\n');
}

/** The usual file of types is somewhere else on every system. */
const types = [
  '  default_type application/octet-stream;',
  '  types {',
  '    text/html html; text/css css; text/plain txt; text/xml xml;',
  '    application/javascript js mjs; application/json json; application/wasm wasm;',
  '    image/svg+xml svg; image/png png; image/jpeg jpg jpeg; image/gif gif; image/webp webp;',
  '    image/x-icon ico; font/woff2 woff2; font/woff woff; application/pdf pdf;',
  '  }',
];

function phpLocation(php: string): readonly string[] {
  const params = {
    SCRIPT_FILENAME: '$document_root$fastcgi_script_name',
    SCRIPT_NAME: '$fastcgi_script_name',
    DOCUMENT_ROOT: '$document_root',
    DOCUMENT_URI: '$document_uri',
    REQUEST_URI: '$request_uri',
    REQUEST_METHOD: '$request_method',
    QUERY_STRING: '$query_string',
    CONTENT_TYPE: '$content_type',
    CONTENT_LENGTH: '$content_length',
    SERVER_PROTOCOL: '$server_protocol',
    SERVER_NAME: '$host',
    SERVER_PORT: '$server_port',
    SERVER_ADDR: '$server_addr',
    REMOTE_ADDR: '$remote_addr',
    REMOTE_PORT: '$remote_port',
    GATEWAY_INTERFACE: 'CGI/1.1',
    REDIRECT_STATUS: '200',
  };
  return [
    '    location ~ \\.php$ {',
    '      try_files $uri =404;',
    `      fastcgi_pass ${php.startsWith('/') ? `unix:${php}` : php};`,
    ...Object.entries(params).map(([name, value]) => `      fastcgi_param ${name} ${value};`),
    '    }',
  ];
}

const quote = (value: string): string => `"${value.replace(/["\\$]/g, '\\$&')}"`;
