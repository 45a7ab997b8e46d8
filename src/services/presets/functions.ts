/**
 * The presets as one writes them in TypeScript. Each only says its name and its options;
 * what comes of that is in the catalogue, which is loaded when a configuration is resolved.
 */
import type { ServiceDefinition } from '../definition.ts';
import type { CommandOptions } from './command.ts';
import type { MariadbOptions } from './mariadb.ts';
import type { MinioOptions } from './minio.ts';
import type { MysqlOptions } from './mysql.ts';
import type { NginxOptions } from './nginx.ts';
import type { PhpFpmOptions } from './php-fpm.ts';
import type { PostgresOptions } from './postgres.ts';
import type { RedisOptions, ValkeyOptions } from './redis.ts';

/** Runs a program; everything else of the service may stand beside it. */
export const command = (
  line: CommandOptions['command'],
  options: Omit<CommandOptions, 'command'> = {},
): ServiceDefinition => byPreset('command', { command: line, ...options });

/** A MariaDB server: `mariadb({ port: 3306 })`. */
export const mariadb = (options: MariadbOptions = {}): ServiceDefinition =>
  byPreset('mariadb', options);

/** An object store: `minio({ port: 9000, consolePort: 9001 })`. */
export const minio = (options: MinioOptions = {}): ServiceDefinition => byPreset('minio', options);

/** A MySQL server: `mysql({ port: 3306 })`. */
export const mysql = (options: MysqlOptions = {}): ServiceDefinition => byPreset('mysql', options);

/** A web server: `nginx({ port: 8080, root: 'www', php: '127.0.0.1:9000' })`. */
export const nginx = (options: NginxOptions = {}): ServiceDefinition => byPreset('nginx', options);

/** A PHP application server: `phpFpm({ version: '8.3', port: 9000 })`. */
export const phpFpm = (options: PhpFpmOptions = {}): ServiceDefinition =>
  byPreset('php-fpm', options);

/** A PostgreSQL server: `postgres({ version: '15', port: 5432 })`. */
export const postgres = (options: PostgresOptions = {}): ServiceDefinition =>
  byPreset('postgres', options);

/** A Redis server: `redis({ port: 6379 })`. */
export const redis = (options: RedisOptions = {}): ServiceDefinition => byPreset('redis', options);

/** A Valkey server: `valkey({ port: 6379 })`. */
export const valkey = (options: ValkeyOptions = {}): ServiceDefinition =>
  byPreset('valkey', options);

/** A service that is made of a preset when the configuration is resolved. */
function byPreset(name: string, options: object): ServiceDefinition {
  return { preset: name, with: { ...options } };
}
