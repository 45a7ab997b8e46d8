/** MinIO: in the foreground only, and without a PID file. */
import { z } from 'zod';
import { port, text, words } from '../fields.ts';
import {
  accountOptions,
  directories,
  endpointText,
  inUrl,
  type Owner,
  serverOptions,
} from './options.ts';
import { complain, definePreset } from './preset.ts';

const schema = z.strictObject({
  ...serverOptions,
  ...accountOptions,
  port: port.optional(),
  consolePort: port.optional(),
  dataDir: words.optional(),
  rootUser: text.optional(),
  rootPassword: text.optional(),
});

export type MinioOptions = z.input<typeof schema>;

const program = {
  names: ['minio'],
  directories: ['/opt/minio', '/opt/minio/bin'],
  install: 'go install github.com/minio/minio@latest, or brew install minio/stable/minio',
};

export const minioPreset = definePreset('minio', schema, (options, site) => {
  const { host = '127.0.0.1', port = 9000, consolePort, rootUser, rootPassword } = options;
  const home = site.absolute(options.directory ?? site.home);
  const dataDir = site.absolute(options.dataDir ?? `${home}/data`);
  const owner: Owner = {
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.group === undefined ? {} : { group: options.group }),
  };
  if (rootPassword !== undefined && rootPassword.length < 8) {
    complain(site, 'rootPassword', 'must have at least 8 characters, or MinIO does not start');
  }
  return {
    command: [
      options.binary ?? site.find(program),
      'server',
      '--address',
      `${inUrl(host)}:${port}`,
      ...(consolePort === undefined ? [] : ['--console-address', `${inUrl(host)}:${consolePort}`]),
      dataDir,
    ],
    cwd: home,
    ...owner,
    type: 'simple',
    environment: {
      HOME: home,
      ...(rootUser === undefined ? {} : { MINIO_ROOT_USER: rootUser }),
      ...(rootPassword === undefined ? {} : { MINIO_ROOT_PASSWORD: rootPassword }),
    },
    prepare: [...directories(site, { path: home, mode: 0o700, inside: [dataDir] }, owner)],
    ready: { http: `http://${endpointText(host, port)}/minio/health/ready`, status: 200 },
    healthcheck: {
      http: `http://${endpointText(host, port)}/minio/health/live`,
      status: 200,
      interval: '30s',
    },
    restart: 'always',
    stop: { steps: [{ signal: 'SIGTERM', wait: '10s' }], scope: 'process' },
  };
});
