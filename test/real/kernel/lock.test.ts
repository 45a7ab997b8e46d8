import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KernelError } from '../../../src/kernel/port.ts';
import { here, newKernel, useWorld } from './support.ts';

useWorld();

type Outcome =
  | { readonly kind: 'locked'; readonly release: () => void }
  | { readonly kind: 'taken'; readonly pid: number | null }
  | { readonly kind: 'failed'; readonly error: KernelError };

const lock = (kernel = here().kernel, directory = here().directory): Promise<Outcome> =>
  new Promise((resolve) =>
    kernel.lock(directory, {
      locked: (release) => resolve({ kind: 'locked', release }),
      taken: (pid) => resolve({ kind: 'taken', pid }),
      failed: (error) => resolve({ kind: 'failed', error }),
    }),
  );

describe('a lock', () => {
  it('is had by one manager, and the other is told by whom', async () => {
    expect((await lock()).kind).toBe('locked');
    const second = newKernel();
    expect(await lock(second)).toEqual({ kind: 'taken', pid: process.pid });
    second.close();
  });

  it('is free again when it was released, once', async () => {
    const first = await lock();
    if (first.kind !== 'locked') throw new Error(first.kind);
    first.release();
    const second = await lock();
    first.release();
    expect(second.kind).toBe('locked');
    expect((await lock()).kind).toBe('taken');
  });

  it('is freed by the death of its holder, whatever that has left in the file', async () => {
    const holder = spawn('flock', [here().path('lock'), 'sh', '-c', 'echo locked; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    writeFileSync(here().path('lock'), '{"pid": 1');
    expect(await lock()).toEqual({ kind: 'taken', pid: null });
    // The sleep is a child of flock, and holds the lock as long as either lives.
    const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
    for (const pid of [holder.pid ?? 0, ...children.trim().split(' ').map(Number)]) {
      process.kill(pid, 'SIGKILL');
    }
    await new Promise((resolve) => holder.once('exit', resolve));
    let outcome = await lock();
    while (outcome.kind === 'taken') outcome = await lock();
    expect(outcome.kind).toBe('locked');
  });

  it('cannot be had of a directory that is not there', async () => {
    const outcome = await lock(here().kernel, here().path('none'));
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'ENOENT' } });
  });
});
