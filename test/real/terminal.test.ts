/** The command line on a real terminal: `script` makes one, and types what we send. Real OS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { withArgument } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Terminal {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown>;
  type(keys: string): void;
  shown(): string;
  /** Resolves as soon as that has been shown. */
  shows(text: string): Promise<void>;
}

const down: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of down.splice(0)) await end();
});

function terminal(directory: string, ...words: readonly string[]): Terminal {
  const program = [process.execPath, `${built}/cli/main.js`, ...words];
  const quoted = program.map((word) => `'${word}'`).join(' ');
  const { NO_COLOR: _, ...env } = process.env;
  const child = spawn('script', ['-qefc', quoted, '/dev/null'], {
    cwd: directory,
    env: { ...env, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    child.emit('shown');
  });
  const ended = once(child, 'exit');
  const shows = async (text: string): Promise<void> => {
    while (!shown.includes(text)) {
      const way = await Promise.race([once(child, 'shown'), ended.then(() => 'ended')]);
      if (way === 'ended' && !shown.includes(text)) throw new Error(`no "${text}" in:\n${shown}`);
    }
  };
  return { child, ended, type: (keys) => child.stdin.write(keys), shown: () => shown, shows };
}

/** A daemon that a test leaves is ended after it. */
function daemonIn(directory: string): void {
  down.push(() => terminal(directory, 'down').ended);
}

function project(services: string): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'drover.yaml'), `services:\n${services}`);
  return directory;
}

/** Says which signals it gets, and stays or goes. Its word is found among the arguments. */
function witness(goes: boolean): { readonly directory: string; readonly word: string } {
  const word = `witness-${process.pid}-${goes}`;
  const directory = project(
    `  one: { command: [node, one.mjs, ${word}], ready: { log: listening }, stop_grace_period: 60s }\n`,
  );
  const answer = goes ? 'process.exit(0)' : '0';
  writeFileSync(
    join(directory, 'one.mjs'),
    `for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => { console.log('heard ' + s); ${answer}; });
     setInterval(() => {}, 1e6); console.log('listening');`,
  );
  return { directory, word };
}

it('says who is waited for, and takes that away when the waiting is over', async () => {
  const directory = project(
    `  slow: { command: [sh, -c, 'sleep 2; echo here; exec sleep 1000'], ready: { log: here } }\n`,
  );
  daemonIn(directory);
  const { shown, ended } = terminal(directory, 'up', '-d');
  await ended;
  expect(shown()).toMatch(/\d\.\d s · slow is starting/);
  const rest = shown().split('\r\u001b[K').at(-1);
  expect(rest).toMatch(/^daemon started, pid \d+\r\n.*slow: ready in/);
});

it('leaves a service with one signal, ours, when ^C is typed, and with SIGKILL at the second', async () => {
  const { directory, word } = witness(false);
  const { type, shows, shown, ended } = terminal(directory, 'up');
  await shows('ready in');
  type('\u0003');
  await shows('heard SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 300));
  type('\u0003');
  await ended;
  expect(shown().match(/heard SIG\w+/g)).toEqual(['heard SIGTERM']);
  expect(shown()).toMatch(/stopped\S*: killed after/);
  expect(withArgument(word)).toEqual([]);
});

it('stops everything in order when the terminal is closed', async () => {
  const { directory, word } = witness(true);
  const { child, shows } = terminal(directory, 'up');
  await shows('ready in');
  expect(withArgument(word)).toHaveLength(1);
  child.kill('SIGKILL');
  await expect.poll(() => withArgument(word), { timeout: 8_000 }).toEqual([]);
  expect(readFileSync(join(directory, '.drover/logs/one.log'), 'utf8')).toBe(
    'listening\nheard SIGTERM\n',
  );
});

it('stops everything in order when whoever reads has seen enough', async () => {
  const { directory, word } = witness(true);
  const program = `'${process.execPath}' '${built}/cli/main.js' up`;
  const child = spawn('sh', ['-c', `${program} | head -n 1`], { cwd: directory, stdio: 'ignore' });
  await once(child, 'exit');
  await expect.poll(() => withArgument(word), { timeout: 8_000 }).toEqual([]);
  const said = readFileSync(join(directory, '.drover/logs/one.log'), 'utf8');
  expect(said).toMatch(/^(listening\nheard SIGTERM\n)?$/);
});

it('shows the colours of a service, and lets it do nothing else to the terminal', async () => {
  const line = `\\\\033[31mred\\\\033[0m\\\\033]0;a title\\\\007\\\\033[2J\\\\n`;
  const directory = project(`  loud: { command: [sh, -c, "printf '${line}'; exec sleep 1000"] }\n`);
  daemonIn(directory);
  await terminal(directory, 'up', '-d').ended;
  const { shown, ended } = terminal(directory, 'logs');
  await ended;
  expect(shown()).toContain('\u001b[31mred\u001b[0m');
  expect(shown()).not.toContain('a title');
  expect(shown()).not.toContain('\u001b[2J');
  const raw = terminal(directory, 'logs', '--raw');
  await raw.ended;
  expect(raw.shown()).toContain('\u001b]0;a title\u0007\u001b[2J');
});
