/**
 * Asks lsof(8) who holds what. Each question is a process, and a slow one.
 */
import { spawn, spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import type { Endpoint } from '../../machines/vocabulary.ts';
import type { Listeners, Strangers } from '../listeners.ts';
import { type Cancel, type Kernel, KernelError } from '../port.ts';

const timeoutMs = 10_000;
const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };

/** Whoever has the lifeline open for writing; a reader, as a manager that watches, holds nothing. */
export function writersOf(lifeline: string): ReadonlySet<number> {
  const isThere = lifeline !== '' && lstatSync(lifeline, { throwIfNoEntry: false }) !== undefined;
  if (!isThere) return new Set();
  const asked = spawnSync('lsof', ['-w', '-nP', '-F', 'pfa', '--', lifeline], {
    encoding: 'utf8',
    env,
    timeout: timeoutMs,
  });
  if (asked.error !== undefined) {
    throw new KernelError('EIO', `cannot ask lsof who holds a lifeline: ${asked.error.message}`);
  }
  const writers = fieldsOf(asked.stdout).filter(({ access }) => access === 'w' || access === 'u');
  return new Set(writers.map(({ pid }) => pid).filter((pid) => pid !== process.pid));
}

/** Who listens where, asked beside the event loop. */
export function createLsofListeners(members: Kernel['members']): Listeners & Strangers {
  return {
    doubt(at, tree, told) {
      return ask(listenArguments(at), (output) => {
        const holders = fieldsOf(output);
        const ours = new Set(members(tree).map(({ pid }) => pid));
        const stranger = holders[0];
        if (holders.some(({ pid }) => ours.has(pid))) told(null);
        else if (stranger === undefined) told('answered by nobody that drover can see');
        else told(`answered by ${nameOf(stranger)}, which is not of this service`);
      });
    },
    stranger(at, tree) {
      const options = { encoding: 'utf8', env, timeout: timeoutMs } as const;
      const flags = ['-w', '-nP', '-F', 'pcf', ...listenArguments(at)];
      const holders = fieldsOf(spawnSync('lsof', flags, options).stdout ?? '');
      const ours = new Set(members(tree).map(({ pid }) => pid));
      const [first] = holders;
      const isStrange = first !== undefined && !holders.some(({ pid }) => ours.has(pid));
      return isStrange ? nameOf(first) : null;
    },
  };
}

function listenArguments(at: Endpoint): readonly string[] {
  if (at.kind === 'unix') return ['-a', '-U', '--', at.path];
  return [`-iTCP:${at.port}`, '-sTCP:LISTEN'];
}

function ask(which: readonly string[], answered: (output: string) => void): Cancel {
  const child = spawn('lsof', ['-w', '-nP', '-F', 'pcf', ...which], {
    env,
    timeout: timeoutMs,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.once('error', () => answered(''));
  child.once('close', () => answered(output));
  return () => {
    child.removeAllListeners('close').kill('SIGKILL');
  };
}

interface Holder {
  readonly pid: number;
  readonly name: string;
  readonly access: string;
}

function nameOf({ pid, name }: Holder): string {
  return name === '' ? `pid ${pid}` : `pid ${pid} (${name})`;
}

/** One field a line, the first letter says which; those of a process go before those of its files. */
function fieldsOf(output: string): readonly Holder[] {
  const holders: Holder[] = [];
  let holder: Holder = { pid: 0, name: '', access: '' };
  for (const line of output.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) holder = { pid: Number(value), name: '', access: '' };
    if (line.startsWith('c')) holder = { ...holder, name: value };
    if (line.startsWith('f')) holders.push({ ...holder, access: '' });
    if (line.startsWith('a')) holders.push({ ...holder, access: value.trim() });
  }
  return holders;
}
