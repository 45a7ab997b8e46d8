import type { Protocol } from '../../../machines/vocabulary.ts';
import type { Dialect } from './dialect.ts';
import { fastcgi } from './fastcgi.ts';
import { memcached } from './memcached.ts';
import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';

export const dialects: Readonly<Record<Protocol, Dialect>> = {
  redis,
  mysql,
  postgres,
  fastcgi,
  memcached,
};
