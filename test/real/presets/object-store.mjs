#!/usr/bin/env node
// Stands in for MinIO where that is not installed: `server --address HOST:PORT DIRECTORY`.
// It answers what MinIO is asked whether it is well, and s3rver answers the rest.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const S3rver = createRequire(import.meta.url)('s3rver');
const [verb, ...words] = process.argv.slice(2);
if (verb !== 'server' || process.env.MINIO_ROOT_PASSWORD === undefined) process.exit(64);

const [host, port] = words[words.indexOf('--address') + 1].split(/:(?=\d+$)/);
const store = new S3rver({ directory: words.at(-1), silent: true });
const answer = store.callback();

const server = createServer((request, response) => {
  if (request.url.startsWith('/minio/health/')) return response.end();
  answer(request, response);
});
server.on('error', (error) => {
  console.error(`FATAL Unable to start the server: ${error.message}`);
  process.exit(1);
});
server.listen(Number(port), host);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
process.on('SIGTERM', () => server.closeAllConnections());
