/**
 * MariaDB: the server itself and never mariadbd-safe, which ignores TERM and
 * restarts things on its own.
 */
import { z } from 'zod';
import { databaseOptions, databaseService } from './mysql-server.ts';
import { definePreset } from './preset.ts';

const schema = z.strictObject(databaseOptions);

export type MariadbOptions = z.input<typeof schema>;

const install = 'apt-get install mariadb-server, or brew install mariadb';
const directories = ['/usr/libexec', '/opt/homebrew/opt/mariadb/bin', '/usr/local/mysql/bin'];
const server = { names: ['mariadbd', 'mysqld'], directories, install };
const initialiser = { names: ['mariadb-install-db', 'mysql_install_db'], directories, install };

export const mariadbPreset = definePreset('mariadb', schema, (options, site) => {
  const installDb = site.find(initialiser);
  return databaseService(
    options,
    {
      section: 'mariadbd',
      accounts: ['mysql'],
      server: options.binary ?? site.find(server),
      initialise: (staging) => [
        installDb,
        '--no-defaults',
        `--datadir=${staging}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ],
      // Each probe would leave a warning about an aborted connection in the error log.
      extra: ['skip-log-bin', 'log_warnings=1'],
    },
    site,
  );
});
