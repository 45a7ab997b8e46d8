/**
 * Real processes: a stranger gets the very number of a service that died. Whatever is then
 * asked of the service, the stranger gets no signal, and is not taken for it.
 */
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { built } from '../../support/built.ts';
import { sized } from '../../support/ordeal.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const script = fileURLToPath(new URL('./pid-reuse.mjs', import.meta.url));
const stories: readonly string[] = JSON.parse(
  execFileSync(process.execPath, [script], { encoding: 'utf8' }),
);
const times = sized('reuses', 1, 20);

interface Outcome {
  readonly told: readonly {
    readonly verb: string;
    readonly error: string | null;
    readonly state: string;
    readonly isStranger: boolean;
  }[];
  readonly stranger: string;
  readonly received: string;
}

/** In a PID namespace with few numbers, under a shell that reaps whoever loses its parent. */
async function play(story: string): Promise<Outcome> {
  const inner = 'echo 3000 >/proc/sys/kernel/pid_max 2>/dev/null; "$@"; exit $?';
  const words = [
    ...['--pid', '--fork', '--mount-proc', '--kill-child'],
    ...['sh', '-c', inner, 'sh'],
  ];
  const node = [process.execPath, script, built, temporaryDirectory(), story];
  const { stdout } = await promisify(execFile)('unshare', [...words, ...node], { timeout: 50_000 });
  return JSON.parse(stdout);
}

describe.concurrent('a stranger with the number of a service that', () => {
  it.each(stories)(
    '%s',
    async (story) => {
      for (let turn = 0; turn < times; turn++) {
        const { told, stranger, received } = await play(story);
        expect({ stranger, received }).toEqual({ stranger: 'lives', received: '' });
        for (const { verb, error, state, isStranger } of told) {
          const isUp = verb === 'start' || verb === 'restart' || verb === 'settle';
          expect({ verb, error, state, isStranger }).toEqual({
            ...{ verb, error: null, isStranger: false },
            state: isUp ? 'running' : 'stopped',
          });
        }
      }
    },
    60_000 * times,
  );
});
