export type { CommandOptions } from './command.ts';
export {
  command,
  mariadb,
  minio,
  mysql,
  nginx,
  phpFpm,
  postgres,
  redis,
  valkey,
} from './functions.ts';
export type { MariadbOptions } from './mariadb.ts';
export type { MinioOptions } from './minio.ts';
export type { MysqlOptions } from './mysql.ts';
export type { NginxOptions } from './nginx.ts';
export type { PhpFpmOptions } from './php-fpm.ts';
export type { PostgresOptions } from './postgres.ts';
export type { RedisOptions, ValkeyOptions } from './redis.ts';
