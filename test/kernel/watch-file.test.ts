import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clock } from '../../src/kernel/linux/clock.ts';
import type { Clock } from '../../src/kernel/port.ts';
import { watchFile } from '../../src/kernel/watch-file.ts';
import { scratchDirectory } from './scratch.ts';

describe('a watched file', () => {
  it('is told of when it appears, is written to, replaced and removed', async () => {
    const path = join(scratchDirectory(), 'file');
    const tells = watching(path, deaf);
    await expect.poll(tells.count).toBe(1);
    const changes = [
      () => writeFileSync(path, 'one'),
      () => appendFileSync(path, 'two'),
      () => {
        writeFileSync(`${path}.new`, 'three');
        renameSync(`${path}.new`, path);
      },
      () => appendFileSync(path, 'four'),
      () => rmSync(path),
    ];
    for (const change of changes) {
      const before = tells.count();
      change();
      await expect.poll(tells.count, { interval: 5 }).toBeGreaterThan(before);
    }
  });

  it('is told of once at the start, for it may have changed since it was looked at', async () => {
    const path = join(scratchDirectory(), 'file');
    const tells = watching(path, deaf);
    expect(tells.count()).toBe(0);
    await expect.poll(tells.count).toBe(1);
  });

  it('is not told of when its neighbours change', async () => {
    const directory = scratchDirectory();
    const tells = watching(join(directory, 'file'), deaf);
    await expect.poll(tells.count).toBe(1);
    writeFileSync(join(directory, 'other'), 'x');
    await soon();
    expect(tells.count()).toBe(1);
  });

  it('is found in a directory that is made only later, or made anew', async () => {
    const directory = join(scratchDirectory(), 'run');
    const path = join(directory, 'file');
    const looks = manualClock();
    const tells = watching(path, looks);
    await expect.poll(tells.count).toBe(1);
    for (const round of [1, 2]) {
      mkdirSync(directory);
      looks.tick();
      const before = tells.count();
      writeFileSync(path, `${round}`);
      await expect.poll(tells.count, { interval: 5 }).toBeGreaterThan(before);
      rmSync(directory, { recursive: true });
      looks.tick();
    }
  });

  it('is seen by the slow look alone where there is nothing to watch with', async () => {
    const directory = join(scratchDirectory(), 'run');
    const looks = manualClock();
    const tells = watching(join(directory, 'file'), looks);
    await expect.poll(tells.count).toBe(1);
    mkdirSync(directory);
    writeFileSync(join(directory, 'file'), 'x');
    looks.tick();
    await expect.poll(tells.count).toBe(2);
    looks.tick();
    await soon();
    expect(tells.count()).toBe(2);
  });

  it('is told of no more once it is cancelled', async () => {
    const path = join(scratchDirectory(), 'file');
    const looks = manualClock();
    const tells = watching(path, looks);
    tells.cancel();
    writeFileSync(path, 'x');
    looks.tick();
    await soon();
    expect(tells.count()).toBe(0);
    expect(looks.waiting()).toBe(0);
  });
});

function watching(path: string, on: Clock) {
  let count = 0;
  const cancel = watchFile(on, path, () => {
    count++;
  });
  onTestFinished(cancel);
  return { count: () => count, cancel };
}

/** Takes no slow look, so that what is told was heard from the watch. */
const deaf: Clock = { ...clock, setTimeout: () => null, clearTimeout: () => {} };

function manualClock(): Clock & { tick(): void; waiting(): number } {
  const waiting = new Set<{ readonly run: () => void }>();
  return {
    ...clock,
    setTimeout(run) {
      const timer = { run };
      waiting.add(timer);
      return timer;
    },
    clearTimeout: (timer) => void waiting.delete(timer as { readonly run: () => void }),
    tick() {
      const due = [...waiting];
      waiting.clear();
      for (const { run } of due) run();
    },
    waiting: () => waiting.size,
  };
}

/** Long enough for what the OS would tell in a fraction of a millisecond. */
const soon = () => new Promise((done) => setTimeout(done, 50));
