import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/runtime/log.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'drover-own-log-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("drover's own log", () => {
  it('is one JSON object a line, and nobody else may read it', () => {
    const destination = join(directory, 'drover.log');
    const log = createLog({ level: 'info', destination });
    log.child({ service: 'web' }).info({ pid: 7 }, 'was spawned\nand forged');
    log.debug('not told');
    const lines = readFileSync(destination, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { service: 'web', pid: 7, msg: 'was spawned\nand forged' },
    ]);
    expect(statSync(destination).mode & 0o077).toBe(0);
  });

  it('never tells an environment or a secret, however deep', () => {
    const destination = join(directory, 'drover.log');
    const log = createLog({ level: 'info', destination });
    const command = { argv: ['run'], env: { A: 'hush' } };
    log.info({ spec: { command, list: [{ dbPassword: 'hush' }] }, token: 'hush' }, 'was spawned');
    log.child({ env: { A: 'hush' } }).info('hello');
    log.error({ err: new Error('broken') }, 'was told');
    const text = readFileSync(destination, 'utf8');
    expect(text).not.toContain('hush');
    expect(text).toContain('"argv":["run"]');
    expect(text).toContain('"message":"broken"');
  });

  it('is of no consequence where it cannot be written', () => {
    const log = createLog({ level: 'info', destination: '/dev/full' });
    log.info('nobody reads this');
    expect(() => createLog({ level: 'silent', destination: null }).error('nor this')).not.toThrow();
  });
});
