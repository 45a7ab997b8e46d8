/** `drover doctor` finds what is wrong before it goes wrong, and says what to do about it. */
import { chmodSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { examine } from '../../src/cli/doctor/examine.ts';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { checkPorts } from '../../src/cli/doctor/ports.ts';
import { loadProject } from '../../src/services/load.ts';
import { folder } from './foreign.ts';

async function findingsOf(config: string, prepare: (directory: string) => void = () => {}) {
  const directory = folder({ 'drover.yaml': config });
  prepare(directory);
  const stateDir = join(directory, '.drover');
  try {
    const spec = await loadProject(directory, { env: process.env }, { isRoot: true });
    return await examine({ spec, stateDir, error: null });
  } catch (error) {
    return await examine({ spec: null, stateDir, error });
  }
}

/** Those of the project; the machine that this runs on may have some of its own. */
const codes = (findings: readonly Finding[]) =>
  findings
    .filter(({ code }) => !/^(?:few-|no-init|disk-)/.test(code))
    .map(({ code, service }) => (service === null ? code : `${service} ${code}`));

it('finds nothing where nothing is wrong', async () => {
  expect(codes(await findingsOf('services: { a: { command: sleep 1 } }'))).toEqual([]);
});

it('finds programs, directories and accounts that are missing', async () => {
  const findings = await findingsOf(`services:
  a: { command: no-such-program-anywhere }
  b: { command: ./missing }
  c: { command: sleep 1, cwd: nowhere }
  d: { command: sleep 1, user: nobody-at-all }
`);
  expect(codes(findings)).toEqual([
    'a missing-binary',
    'b missing-binary',
    'c missing-directory',
    'd unknown-user',
  ]);
  expect(findings[0]?.message).toBe(
    '"a" runs no-such-program-anywhere, which is in no directory of its PATH',
  );
});

it('says who has the port of a service, unless it is the service', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    const config = `services: { web: { command: sleep 1, ready: { tcp: ${port} } } }`;
    const findings = await findingsOf(config);
    expect(codes(findings)).toEqual(['web port-taken']);
    expect(findings[0]?.message).toContain(`pid ${process.pid} (`);
    const spec = await loadProject(folder({ 'drover.yaml': config }), { env: process.env });
    const own = new Set([process.pid]);
    expect(checkPorts({ spec, stateDir: '/', own, isDaemonUp: true })).toEqual([]);
  } finally {
    server.close();
  }
});

it('finds two services of one port', async () => {
  const findings = await findingsOf(`services:
  a: { command: sleep 1, ready: { tcp: 45901 } }
  b: { command: sleep 1, ready: { http: 'http://127.0.0.1:45901/' } }
`);
  expect(codes(findings)).toEqual(['b port-twice']);
});

it('finds a directory that the account of a service may not pass through', async () => {
  const findings = await findingsOf(
    'services: { a: { command: sleep 1, user: nobody } }',
    (directory) => chmodSync(directory, 0o700),
  );
  expect(codes(findings)).toContain('a no-passage');
  expect(findings.find(({ code }) => code === 'no-passage')?.advice).toMatch(/^chmod o\+x \/tmp\//);
});

it('finds a state directory that others may read', async () => {
  const findings = await findingsOf('services: { a: { command: sleep 1 } }', (directory) => {
    mkdirSync(join(directory, '.drover'));
    chmodSync(join(directory, '.drover'), 0o755);
  });
  expect(codes(findings)).toEqual(['state-open']);
});

it('takes a configuration that does not load for a finding', async () => {
  const findings = await findingsOf('services: { a: { comand: sleep 1 } }');
  expect(codes(findings)).toContain('a invalid-config');
  expect(findings[0]?.message).toMatch(/^line 1 of the configuration: services\.a\.comand /);
});
