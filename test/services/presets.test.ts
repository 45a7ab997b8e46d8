import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from '../../src/machines/vocabulary.ts';
import { findBinary } from '../../src/services/binaries.ts';
import type { ServiceDefinition } from '../../src/services/definition.ts';
import { SupervisorError } from '../../src/services/errors.ts';
import {
  command,
  mariadb,
  minio,
  mysql,
  nginx,
  phpFpm,
  postgres,
  redis,
  valkey,
} from '../../src/services/presets/index.ts';
import { complaintsOf, one, problemsOf } from '../support/configuration.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const home = '/srv/app/.drover/services/web';
const asRoot = (definition: ServiceDefinition): ServiceSpec => one(definition, { isRoot: true });

const stepOf = (spec: ServiceSpec, name: string) => {
  const step = spec.prepare.find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
};
const fileOf = (spec: ServiceSpec, name: string): string =>
  stepOf(spec, name).files[0]?.content ?? '';
const waits = (spec: ServiceSpec) =>
  spec.stop.steps.map((step) => ['signal' in step ? step.signal : 'command', step.waitMs]);

describe('every preset', () => {
  const all = [nginx(), phpFpm(), mysql(), mariadb(), postgres(), redis(), valkey(), minio()];

  it.each(all)('is the same in TypeScript and in a file: $preset', (definition) => {
    expect(definition).toEqual({ preset: definition.preset, with: {} });
    expect(one(definition).command.argv[0]).toMatch(/^\/opt\/bin\//);
  });

  it.each(all)(
    'runs in the foreground and is asked for proof that it is ready: $preset',
    (definition) => {
      const spec = one(definition);
      expect(spec).toMatchObject({ type: 'simple', pidFile: null, stop: { scope: 'process' } });
      expect(spec.ready).toMatchObject({ ownsListener: true });
      expect(spec.ready?.check.kind).toMatch(/^(?:protocol|http)$/);
      expect(spec.restart.type).toBe('permanent');
    },
  );

  it.each(all)('keeps everything below the state directory: $preset', (definition) => {
    const { prepare } = asRoot(definition);
    const paths = prepare.flatMap(({ directories, files }) => [...directories, ...files]);
    for (const { path } of paths) expect(path).toMatch(/^\/srv\/app\/\.drover\/services/);
    expect(paths[0]).toEqual({ path: '/srv/app/.drover/services', mode: 0o711 });
  });

  it.each(all)('never touches a PID file of a server: $preset', (definition) => {
    const { prepare } = asRoot(definition);
    expect(JSON.stringify(prepare.map(({ removeStale }) => removeStale))).not.toContain('pid');
  });

  it.each(all)('refuses an option that it does not know: $preset', (definition) => {
    const web = { ...definition, with: { prot: 1 } };
    expect(complaintsOf({ services: { web } })).toEqual([
      'services.web.with.prot is not a known key',
    ]);
  });

  it('says where and what in a file', async () => {
    const content = 'services: { web: { preset: redis, with: { data_dri: x, port: 99999 } } }';
    expect(await problemsOf(content)).toEqual([
      '1:43 services.web.with.data_dri is not a known key; did you mean "data_dir"?',
      '1:62 services.web.with.port must be a whole number from 1 to 65535, not the number 99999',
    ]);
  });
});

describe('nginx', () => {
  it('is asked to quit, then told to, and tests its configuration before a reload', () => {
    const spec = one(nginx({ port: 8081 }));
    expect(spec.command.argv.slice(-2)).toEqual(['-g', 'daemon off;']);
    expect(waits(spec)).toEqual([
      ['SIGQUIT', 10_000],
      ['SIGTERM', 3_000],
    ]);
    expect(spec.reload?.by).toEqual({ signal: 'SIGHUP' });
    expect(spec.reload?.test?.argv).toEqual(expect.arrayContaining(['-t', `${home}/nginx.conf`]));
    expect(spec.logs.errorLog).toBe(`${home}/error.log`);
  });

  it('writes where everything temporary is, or it could not run without root', () => {
    const content = fileOf(one(nginx({ php: '127.0.0.1:9000', root: 'www' })), 'nginx.conf');
    for (const name of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) {
      expect(content).toContain(`${name}_temp_path "${home}/${name}";`);
    }
    expect(content).toContain('root "/srv/app/www";');
    expect(content).toContain('fastcgi_pass 127.0.0.1:9000;');
    expect(content).not.toContain('user ');
  });

  it('drops root in its workers, which can get at what is below its directory', () => {
    const spec = asRoot(nginx());
    expect(fileOf(spec, 'nginx.conf')).toMatch(/^user www-data;/);
    expect(spec.command.credentials).toBeNull();
    expect(stepOf(spec, 'directories').directories).toEqual([{ path: home, mode: 0o711 }]);
  });

  it('uses a configuration of the user as it is', () => {
    const spec = one(nginx({ config: 'my.conf', port: 80 }));
    expect(spec.command.argv).toContain('/srv/app/my.conf');
    expect(spec.prepare.map(({ name }) => name)).not.toContain('nginx.conf');
    expect(spec.ready?.check).toMatchObject({ kind: 'tcp', port: 80 });
    expect(one(nginx({ config: 'my.conf' })).ready).toBeNull();
  });

  it('may be a daemon', () => {
    const spec = one(nginx({ daemonize: true }));
    expect(spec).toMatchObject({ type: 'forking', pidFile: { path: `${home}/nginx.pid` } });
    expect(spec.command.argv).not.toContain('daemon off;');
  });
});

describe('php-fpm', () => {
  it('is graceful, and tested before a reload that would kill it', () => {
    const spec = one(phpFpm({ version: '8.2', port: 9001 }));
    expect(spec.command.argv[0]).toBe('/opt/bin/php-fpm8.2');
    expect(spec.command.argv.at(-1)).toBe('-F');
    expect(fileOf(spec, 'php-fpm.conf')).toContain('process_control_timeout = 10s');
    expect(waits(spec)[0]).toEqual(['SIGQUIT', 10_000]);
    expect(spec.reload).toMatchObject({ by: { signal: 'SIGUSR2' } });
    expect(spec.reload?.test?.argv.at(-1)).toBe('-t');
    expect(spec.ready?.check).toMatchObject({ protocol: 'fastcgi', at: { port: 9001 } });
  });

  it('names a user for its pool as root', () => {
    expect(fileOf(asRoot(phpFpm()), 'php-fpm.conf')).toContain('user = www-data');
    expect(fileOf(one(phpFpm()), 'php-fpm.conf')).not.toContain('user =');
  });

  it('on a socket has what a killed one left taken away', () => {
    const spec = one(phpFpm({ socket: 'fpm.sock' }));
    expect(stepOf(spec, 'stale socket').removeStale).toEqual(['/srv/app/fpm.sock']);
    expect(spec.ready?.check).toMatchObject({ at: { kind: 'unix', path: '/srv/app/fpm.sock' } });
  });

  it('takes extensions and settings', () => {
    const options = { ini: 'none', extensions: ['mysqli'], settings: { memory_limit: '64M' } };
    const { argv } = one(phpFpm(options)).command;
    expect(argv.slice(1, 6)).toEqual(['-n', '-d', 'extension=mysqli', '-d', 'memory_limit=64M']);
  });

  it('may be a daemon, with a PID file', () => {
    const spec = one(phpFpm({ daemonize: true }));
    expect(spec).toMatchObject({ type: 'forking', pidFile: { path: `${home}/php-fpm.pid` } });
    expect(spec.command.argv.at(-1)).toBe('-D');
    expect(fileOf(spec, 'php-fpm.conf')).toContain(`pid = ${home}/php-fpm.pid`);
  });

  it('refuses a socket with a path that the OS cannot have', () => {
    const web = phpFpm({ socket: `${'x'.repeat(100)}.sock` });
    expect(complaintsOf({ services: { web } })[0]).toContain('the OS allows 103');
  });
});

describe('MariaDB', () => {
  it('gets no TERM before it is ready, and then a minute', () => {
    const spec = one(mariadb());
    expect(waits(spec)).toEqual([['SIGTERM', 60_000]]);
    expect(spec.stop.waitReadyMs).toBe(60_000);
    expect(spec.ready?.check).toMatchObject({ protocol: 'mysql', at: { port: 3306 } });
    expect(spec.command.argv[1]).toBe(`--defaults-file=${home}/my.cnf`);
  });

  it('has its data directory made beside, and renamed', () => {
    const step = stepOf(asRoot(mariadb()), 'data directory');
    expect(step).toMatchObject({
      unlessExists: `${home}/data`,
      staging: { from: `${home}/data.new`, to: `${home}/data` },
      owner: { user: 'mysql', group: null },
    });
    expect(step.command?.argv).toContain(`--datadir=${home}/data.new`);
    expect(step.command?.credentials).toEqual({ user: 'mysql', group: null });
  });

  it('does not run as root', () => {
    expect(asRoot(mariadb()).command.credentials).toEqual({ user: 'mysql', group: null });
    expect(one(mariadb()).command.credentials).toBeNull();
    expect(asRoot(mariadb({ user: 'ann' })).command.credentials).toEqual({
      user: 'ann',
      group: null,
    });
  });
});

describe('MySQL', () => {
  it('makes its data directory itself', () => {
    const { command: init } = stepOf(one(mysql()), 'data directory');
    expect(init?.argv).toEqual([
      '/opt/bin/mysqld',
      '--no-defaults',
      '--initialize-insecure',
      `--datadir=${home}/data.new`,
    ]);
    expect(fileOf(one(mysql({ settings: { max_connections: 9 } })), 'my.cnf')).toMatch(
      /^\[mysqld\][\s\S]*max_connections=9[\s\S]*mysqlx=OFF/,
    );
  });
});

describe('PostgreSQL', () => {
  it('is stopped fast, then at once, and never smart', () => {
    const spec = one(postgres({ port: 5433 }));
    expect(waits(spec)).toEqual([
      ['SIGINT', 60_000],
      ['SIGQUIT', 5_000],
    ]);
    expect(spec.reload?.by).toEqual({ signal: 'SIGHUP' });
    expect(spec.ready?.check).toMatchObject({ protocol: 'postgres', at: { port: 5433 } });
  });

  it('has a cluster made by its own user, in a locale that is there', () => {
    const spec = asRoot(postgres({ instance: 'stats' }));
    const step = stepOf(spec, 'data directory');
    expect(step.command?.argv.slice(0, 3)).toEqual(['/opt/bin/initdb', '-D', `${home}/data.new`]);
    expect(step.command?.credentials).toEqual({ user: 'postgres', group: null });
    expect(step.command?.env['LC_ALL']).toBe('C.UTF-8');
    expect(spec.description).toContain('stats');
  });

  it('does without a socket where its path would be too long', () => {
    const { argv } = one(postgres({ directory: 'x'.repeat(100) })).command;
    expect(argv).toContain('unix_socket_directories=');
  });

  it('cannot run as root where there is no account for it', () => {
    const machine = { find: () => '/opt/bin/postgres', hasAccount: () => false };
    expect(() => one(postgres(), { isRoot: true, machine })).toThrow(
      'does not run as root, and there is no account "postgres", "_postgres"',
    );
  });
});

describe('Redis', () => {
  it('is given time to save, and never QUIT', () => {
    expect(waits(one(redis()))).toEqual([['SIGTERM', 30_000]]);
    expect(one(redis()).reload).toBeNull();
  });

  it('writes what it was given into its configuration, for nobody else to read', () => {
    const spec = one(redis({ port: 6380, password: 'a "b"', settings: { maxmemory: '1mb' } }));
    expect(stepOf(spec, 'redis.conf').files[0]?.mode).toBe(0o600);
    expect(fileOf(spec, 'redis.conf')).toBe(
      `port 6380\nbind 127.0.0.1\ndir "${home}/data"\nlogfile ""\nrequirepass "a \\"b\\""\nmaxmemory 1mb\n`,
    );
  });

  it('may be a daemon, and Valkey is the same', () => {
    expect(one(valkey({ daemonize: true }))).toMatchObject({
      type: 'forking',
      command: { argv: ['/opt/bin/valkey-server', `${home}/valkey.conf`, '--daemonize', 'yes'] },
      pidFile: { path: `${home}/valkey.pid` },
    });
  });
});

describe('MinIO', () => {
  it('has its addresses, and its secrets in the environment alone', () => {
    const spec = one(
      minio({ port: 9000, consolePort: 9001, rootUser: 'me', rootPassword: 'secret12' }),
    );
    expect(spec.command.argv).toEqual([
      '/opt/bin/minio',
      'server',
      '--address',
      '127.0.0.1:9000',
      '--console-address',
      '127.0.0.1:9001',
      `${home}/data`,
    ]);
    expect(spec.command.env).toMatchObject({ MINIO_ROOT_PASSWORD: 'secret12' });
    expect(spec.ready?.check).toMatchObject({ url: 'http://127.0.0.1:9000/minio/health/ready' });
  });

  it('says beforehand that a password is too short', () => {
    const web = minio({ rootPassword: 'short' });
    expect(complaintsOf({ services: { web } })[0]).toContain('must have at least 8 characters');
  });
});

describe('a plain command', () => {
  it('is a preset as well', () => {
    expect(one(command('node a')).command.argv).toEqual(['node', 'a']);
    expect(one({ ...command('a | b', { shell: true }) }).command.argv[0]).toBe('/bin/sh');
  });
});

describe('a program that is not there', () => {
  it('is named, with how to get it', () => {
    const machine = {
      find: () => {
        throw new SupervisorError('missing-binary', 'needs the program "x"', 'get it with: y');
      },
      hasAccount: () => true,
    };
    expect(() => one(redis(), { machine })).toThrow(
      'services.web.preset needs the program "x"; get it with: y',
    );
  });

  it('is looked for in the directories of all versions, the newest first', () => {
    const root = temporaryDirectory();
    for (const version of ['9', '15', '14']) {
      mkdirSync(join(root, version, 'bin'), { recursive: true });
      writeFileSync(join(root, version, 'bin', 'serve-it'), '', { mode: 0o755 });
    }
    const program = { names: ['serve-it'], directories: [`${root}/*/bin`], install: 'x' };
    expect(findBinary(program, '')).toBe(join(root, '15/bin/serve-it'));
    const other = { ...program, directories: [`${root}/16/bin`], isOnlyThere: true };
    expect(() => findBinary(other, join(root, '15/bin'))).toThrow('which is not installed');
    expect(() => findBinary({ names: ['no-such'], install: 'apt-get install it' }, '')).toThrow(
      expect.objectContaining({
        code: 'missing-binary',
        hint: expect.stringContaining('apt-get install it'),
      }),
    );
  });
});
