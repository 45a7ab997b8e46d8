/** Real servers in directories of their own, as little configured as they accept. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Endpoint } from '../../../src/machines/vocabulary.ts';

export interface Recipe {
  readonly program: string;
  /** Makes what the server needs, and answers how it is run. */
  argv(directory: string, port: number): readonly [string, ...string[]];
  check(directory: string, port: number): Check;
}

/** Databases refuse to run as root. */
export const nobody = process.geteuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Where Debian keeps them; the last is for no user to call by name. */
const path = `${process.env['PATH']}:/usr/sbin:/usr/lib/postgresql/15/bin`;
export const env = { PATH: path, LC_ALL: 'C.UTF-8' };

/** Where it must not be missing, its tests fail instead of being skipped. */
export function isMissing(program: string): boolean {
  if (process.env['DROVER_TEST_REQUIRE_SERVERS'] !== undefined) return false;
  return !path.split(':').some((directory) => existsSync(join(directory, program)));
}

const local = (port: number): Endpoint => ({ kind: 'tcp', host: '127.0.0.1', port });

export const nginx: Recipe = {
  program: 'nginx',
  argv(directory, port) {
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${directory}/${name};`)
      .join(' ');
    writeFileSync(
      join(directory, 'nginx.conf'),
      `pid ${directory}/nginx.pid; error_log stderr notice; events {}
       http { access_log off; ${paths} server { listen 127.0.0.1:${port};
       location = /healthz { return 200 "ok\\n"; } location / { return 503; } } }`,
    );
    const files = ['-p', `${directory}/`, '-c', join(directory, 'nginx.conf'), '-e', 'stderr'];
    return ['nginx', ...files, '-g', 'daemon off;'];
  },
  check: (_directory, port) => ({
    kind: 'http',
    url: `http://127.0.0.1:${port}/healthz`,
    status: null,
  }),
};

export const redis: Recipe = {
  program: 'redis-server',
  argv: (directory, port) => redisArgv(directory, port),
  check: (_directory, port) => ({ kind: 'protocol', protocol: 'redis', at: local(port) }),
};

export function redisArgv(directory: string, port: number, ...more: string[]) {
  const usual = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  return ['redis-server', ...usual, ...more] as const;
}

/** At a socket file, as it mostly runs. */
export const phpFpm: Recipe = {
  program: 'php-fpm8.2',
  argv(directory) {
    writeFileSync(
      join(directory, 'fpm.conf'),
      `[global]\nerror_log = /proc/self/fd/2\n[www]\nlisten = ${directory}/fpm.sock
pm = static\npm.max_children = 2\nping.path = /ping\n`,
    );
    return ['php-fpm8.2', '-F', '-n', '-y', join(directory, 'fpm.conf')];
  },
  check: (directory) => ({
    kind: 'protocol',
    protocol: 'fastcgi',
    at: { kind: 'unix', path: join(directory, 'fpm.sock') },
  }),
};

export const mariadb: Recipe = {
  program: 'mariadbd',
  argv(directory, port) {
    const data = join(directory, 'data');
    own(data);
    const how = ['--no-defaults', `--datadir=${data}`, '--skip-test-db'];
    run('mariadb-install-db', [...how, '--auth-root-authentication-method=normal'], directory);
    const places = [`--datadir=${data}`, `--socket=${directory}/mysql.sock`];
    const sizes = ['--innodb-buffer-pool-size=16M', '--skip-log-bin', '--log-warnings=1'];
    const at = ['--bind-address=127.0.0.1', `--port=${port}`];
    return ['mariadbd', '--no-defaults', ...places, ...sizes, ...at];
  },
  check: (_directory, port) => ({ kind: 'protocol', protocol: 'mysql', at: local(port) }),
};

export const postgres: Recipe = {
  program: 'postgres',
  argv: (directory, port) => postgresArgv(initialise(directory), directory, port),
  check: (_directory, port) => ({ kind: 'protocol', protocol: 'postgres', at: local(port) }),
};

export function initialise(directory: string): string {
  const data = join(directory, 'data');
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '-N'], directory);
  return data;
}

export function postgresArgv(data: string, directory: string, port: number, ...more: string[]) {
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${directory}`, ...more];
  return [
    'postgres',
    '-D',
    data,
    '-p',
    `${port}`,
    ...settings.flatMap((one) => ['-c', one]),
  ] as const;
}

export const recipes = { nginx, redis, phpFpm, mariadb, postgres };

/** With that directory for the server alone. */
export function own(directory: string): void {
  mkdirSync(directory, { recursive: true });
  if (nobody.uid !== undefined) chownSync(directory, nobody.uid, nobody.gid);
}

function run(program: string, args: readonly string[], cwd: string): void {
  const ran = spawnSync(program, args, { cwd, env, encoding: 'utf8', ...nobody });
  if (ran.status !== 0) throw new Error(`${program} failed: ${ran.error ?? ran.stderr}`);
}
