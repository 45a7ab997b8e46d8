import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Listeners } from '../../../src/kernel/listeners.ts';
import { scratchDirectory } from '../scratch.ts';
import { ask, checks, freePort, plain, serve, someTree } from './stage.ts';

describe('a check of a socket', () => {
  it('passes where a connection is accepted', async () => {
    const { endpoint } = await serve(() => {});
    expect(await ask(endpoint)).toBe('passed');
    const path = join(scratchDirectory(), 'socket');
    await serve(() => {}, path);
    expect(await ask({ kind: 'unix', path })).toBe('passed');
  });

  it('says where it was refused, and that there is no socket', async () => {
    const port = await freePort();
    expect(await ask({ kind: 'tcp', host: '127.0.0.1', port })).toBe(
      `connection refused at 127.0.0.1:${port}`,
    );
    expect(await ask({ kind: 'tcp', host: '::1', port })).toBe(
      `connection refused at [::1]:${port}`,
    );
    const path = join(scratchDirectory(), 'socket');
    expect(await ask({ kind: 'unix', path })).toBe(`there is no socket at ${path}`);
    writeFileSync(path, '');
    expect(await ask({ kind: 'unix', path })).toBe(`connection refused at ${path}`);
  });

  it('misses, and throws nothing, where the question makes no sense', async () => {
    expect(await ask({ kind: 'tcp', host: '127.0.0.1', port: 70_000 })).toContain('70000');
    expect(await ask({ kind: 'http', url: 'nonsense', status: null })).toBe('Invalid URL');
    expect(await ask({ kind: 'notify' })).toBe('a notification is told, and cannot be asked for');
  });

  it('asks who listens only once somebody has answered', async () => {
    const { endpoint } = await serve(() => {});
    const asked: unknown[] = [];
    const listeners = (doubt: string | null): Listeners => ({
      doubt(at, tree, told) {
        asked.push([at, tree]);
        told(doubt);
        return () => {};
      },
    });
    const context = { listenerOf: someTree };
    expect(await ask(endpoint, context, { listeners: listeners(null) })).toBe('passed');
    const doubt = 'answered by pid 123 (nginx), which is not of this service';
    expect(await ask(endpoint, context, { listeners: listeners(doubt) })).toBe(doubt);
    expect(asked[0]).toEqual([endpoint, someTree]);
    const port = await freePort();
    const nobody = { kind: 'tcp', host: '127.0.0.1', port } as const;
    await ask(nobody, context, { listeners: listeners(null) });
    expect(asked).toHaveLength(2);
  });

  it('turns a failure to find out who listens into a miss', async () => {
    const { endpoint } = await serve(() => {});
    expect(await ask(endpoint, { listenerOf: someTree })).toBe('nobody is asked who listens here');
  });
});

describe('any check', () => {
  it('answers never before its caller has the means to cancel it', () => {
    let answered = false;
    checks.check({ kind: 'file', path: '/' }, plain, () => {
      answered = true;
    });
    expect(answered).toBe(false);
  });

  it('answers no more once it is cancelled, and lets go of its connection', async () => {
    const { endpoint, sockets } = await serve(() => {});
    let answers = 0;
    const answered = () => void answers++;
    checks.check({ kind: 'file', path: '/' }, plain, answered)();
    const cancel = checks.check(
      { kind: 'protocol', protocol: 'redis', at: endpoint },
      plain,
      answered,
    );
    await expect.poll(() => sockets.size).toBe(1);
    cancel();
    cancel();
    await expect.poll(() => sockets.size).toBe(0);
    expect(answers).toBe(0);
  });

  it('gives up at its deadline, once', async () => {
    const { endpoint, sockets } = await serve(() => {});
    const check = { kind: 'protocol', protocol: 'redis', at: endpoint } as const;
    const began = performance.now();
    const reason = await ask(check, { timeoutMs: 50 });
    expect(reason).toMatch(/^no answer from 127\.0\.0\.1:\d+ within 50 ms$/);
    expect(performance.now() - began).toBeGreaterThan(45);
    await expect.poll(() => sockets.size).toBe(0);
  });
});
