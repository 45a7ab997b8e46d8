/** MySQL 5.7 and later, in the foreground. */
import { z } from 'zod';
import { databaseOptions, databaseService } from './mysql-server.ts';
import { definePreset } from './preset.ts';

const schema = z.strictObject(databaseOptions);

export type MysqlOptions = z.input<typeof schema>;

const program = {
  names: ['mysqld'],
  directories: [
    '/usr/sbin',
    '/usr/libexec',
    '/usr/local/mysql/bin',
    '/opt/homebrew/opt/mysql/bin',
    '/opt/homebrew/opt/mysql@*/bin',
  ],
  install: 'apt-get install mysql-server, or brew install mysql; or use the preset mariadb',
};

export const mysqlPreset = definePreset('mysql', schema, (options, site) => {
  const server = options.binary ?? site.find(program);
  return databaseService(
    options,
    {
      section: 'mysqld',
      accounts: ['mysql'],
      server,
      // It makes the directory itself, and refuses one that is not empty.
      initialise: (staging) => [
        server,
        '--no-defaults',
        '--initialize-insecure',
        `--datadir=${staging}`,
      ],
      // The X plugin would take port 33060, and fail where another instance has it.
      extra: ['mysqlx=OFF', 'skip-log-bin'],
    },
    site,
  );
});
