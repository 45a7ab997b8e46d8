/** `drover up` in a terminal: the demo of the README, ^C, and ^C twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { withArgument } from '../support/oracle.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Terminal {
  readonly child: ChildProcess;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  said(): string;
  /** Resolves as soon as it has said that. */
  says(text: string): Promise<void>;
}

function up(directory: string, env: NodeJS.ProcessEnv = {}, ...flags: string[]): Terminal {
  const child = spawn(process.execPath, [`${built}/cli/main.js`, 'up', '-f', directory, ...flags], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      child.emit('said');
    });
  }
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const says = async (text: string) => {
    while (!said.includes(text)) {
      await Promise.race([
        once(child, 'said'),
        ended.then(() => {
          if (!said.includes(text)) throw new Error(`it ended without saying "${text}":\n${said}`);
        }),
      ]);
    }
  };
  return { child, ended, said: () => said, says };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Every service says which signals it gets, and ends, or not. */
function witnesses(endsBy: 'exit' | 'nothing'): { directory: string; marker: string } {
  const directory = temporaryDirectory();
  const marker = `witness-${directory.split('-').at(-1)}`;
  const end = endsBy === 'exit' ? 'process.exit(0)' : '0';
  writeFileSync(
    join(directory, 'witness.mjs'),
    `for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(s, () => { console.log('heard ' + s); ${end}; });
     setInterval(() => {}, 1e6); console.log('listening');`,
  );
  const command = JSON.stringify(['node', 'witness.mjs', marker]);
  const service = `{ command: ${command}, ready: { log: listening }, stop_grace_period: 60s }`;
  writeFileSync(join(directory, 'drover.yaml'), `services: { one: ${service}, two: ${service} }\n`);
  return { directory, marker };
}

it('brings the demo up, serves its page, and leaves nothing after ^C', async () => {
  const directory = join(temporaryDirectory(), 'shop');
  mkdirSync(directory);
  // Whoever has run the demo here has its state beside it.
  const filter = (path: string) => !path.endsWith('/.drover');
  cpSync(new URL('../../examples/shop', import.meta.url), directory, { recursive: true, filter });
  const [web, stock, prices] = [await freePort(), await freePort(), await freePort()];
  const terminal = up(directory, {
    ...{ WEB_PORT: `${web}`, STOCK_PORT: `${stock}`, PRICES_PORT: `${prices}` },
    CRASH_AFTER: '3s',
  });
  await terminal.says('web    │ ● running');
  const page = await (await fetch(`http://127.0.0.1:${web}/`)).text();
  expect(page).toContain('quince');
  // It crashes now and then, and is brought back.
  await terminal.says('prices │ ↻ backoff');
  terminal.child.kill('SIGINT');
  expect(await terminal.ended).toBe(0);
  expect(terminal.said()).toContain('mailer │ ◍ killing');
  await expect(fetch(`http://127.0.0.1:${web}/`)).rejects.toThrow();
});

it('sends each service exactly one signal of its own on ^C', async () => {
  const { directory, marker } = witnesses('exit');
  const terminal = up(directory);
  await terminal.says('one    │ ● running');
  await terminal.says('two    │ ● running');
  terminal.child.kill('SIGINT');
  expect(await terminal.ended).toBe(0);
  expect(terminal.said().match(/heard \w+/g)).toEqual(['heard SIGTERM', 'heard SIGTERM']);
  expect(withArgument(marker)).toEqual([]);
});

it('kills what is left on the second ^C', async () => {
  const { directory, marker } = witnesses('nothing');
  const terminal = up(directory);
  await terminal.says('one    │ ● running');
  await terminal.says('two    │ ● running');
  terminal.child.kill('SIGINT');
  await terminal.says('heard SIGTERM');
  // Sooner than anybody presses twice, it is taken for the same press.
  await new Promise((resolve) => setTimeout(resolve, 200));
  terminal.child.kill('SIGINT');
  await terminal.ended;
  expect(terminal.said()).toContain('killing what is left');
  expect(withArgument(marker)).toEqual([]);
});

it('stops in order when its terminal is closed', async () => {
  const { directory, marker } = witnesses('exit');
  const terminal = up(directory);
  await terminal.says('two    │ ● running');
  terminal.child.kill('SIGHUP');
  await terminal.ended;
  expect(withArgument(marker)).toEqual([]);
});

it('ends by itself when all have done their work, and says whether well', async () => {
  const directory = temporaryDirectory();
  const job = (line: string) => `{ type: oneshot, command: ${line} }`;
  writeFileSync(join(directory, 'drover.yaml'), `services: { well: ${job("'true'")} }\n`);
  expect(await up(directory).ended).toBe(0);
  writeFileSync(join(directory, 'drover.yaml'), `services: { badly: ${job("'false'")} }\n`);
  const terminal = up(directory);
  expect(await terminal.ended).toBe(1);
  expect(terminal.said()).toContain('exited with code 1');
});
