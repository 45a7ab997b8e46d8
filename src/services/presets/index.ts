export { type CommandOptions, command } from './command.ts';
export { type MariadbOptions, mariadb } from './mariadb.ts';
export { type MinioOptions, minio } from './minio.ts';
export { type MysqlOptions, mysql } from './mysql.ts';
export { type NginxOptions, nginx } from './nginx.ts';
export { type PhpFpmOptions, phpFpm } from './php-fpm.ts';
export { type PostgresOptions, postgres } from './postgres.ts';
export { type RedisOptions, redis, type ValkeyOptions, valkey } from './redis.ts';
