// A PostgreSQL for each worker, and an empty database for each test.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { postgres, type TestServices, workerServices } from 'drover/vitest';
import { test as base } from 'vitest';

const run = promisify(execFile);

/** Safe enough for data that nobody needs tomorrow, and much faster. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export type Sql = (query: string) => Promise<string>;

interface Fixtures {
  services: TestServices<'db'>;
  sql: Sql;
}

export const test = base.extend<Fixtures>({
  services: workerServices({
    ports: ['db'],
    config: ({ db }) => ({ services: { db: postgres({ port: db, settings }) } }),
  }),
  sql: async ({ services }, use) => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const at = ['-h', '127.0.0.1', '-p', String(services.ports.db), '-U', 'postgres', '-At'];
    await run('psql', [...at, '-c', `create database ${name}`]);
    await use(async (query) => (await run('psql', [...at, '-d', name, '-c', query])).stdout.trim());
  },
});
