/** An innocent process that writes down every signal it gets, for the tests to read. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { look } from './oracle.ts';

const program = `
  const { appendFileSync } = require('node:fs');
  const signals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'];
  for (const signal of signals) {
    process.on(signal, () => appendFileSync(process.argv[1], signal + '\\n'));
  }
  setInterval(() => {}, 1e6);
  console.log('ready');
`;

export interface Stranger {
  readonly pid: number;
  /** What it got; `dead` when it is not alive any more. */
  received(): string;
  end(): void;
}

export async function createStranger(diary: string): Promise<Stranger> {
  const child: ChildProcess = spawn(process.execPath, ['-e', program, diary], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return {
    pid,
    received() {
      if (look(pid) === null) return 'dead';
      return existsSync(diary) ? readFileSync(diary, 'utf8') : '';
    },
    end: () => void child.kill('SIGKILL'),
  };
}
