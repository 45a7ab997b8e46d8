/** A reader of logs outlives daemons: it goes on at the byte where it was. Real OS. */
import { spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { LogLineInfo, Notice } from '../../../src/control/client.ts';
import { built } from '../../support/built.ts';
import { gone, Project } from './project.ts';

let project: Project;
afterEach(() => project.down());

async function replaceDaemon(pid: number): Promise<number> {
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  return (await project.up()).pid;
}

/** Numbered lines without an end, some megabytes a second, so that the log is rotated again and again. */
const flood = `const { writeSync } = require('fs');
let n = 0;
setInterval(() => { for (let i = 0; i < 200; i++) writeSync(1, n++ + ' ' + 'x'.repeat(90) + '\\n') }, 10);`;

it('reads every line once, though daemons are killed and the log is rotated meanwhile', async () => {
  const command = JSON.stringify([process.execPath, '-e', flood]);
  project = new Project(
    `services: { web: { command: ${command}, logs: { max_size: 1MB, max_files: 50 } } }\n`,
  );
  let { pid } = await project.up();
  const notices: Notice[] = [];
  const abort = new AbortController();
  let seen = -1;
  const wrong: string[] = [];
  const reading = (async () => {
    const options = { signal: abort.signal, onNotice: (one: Notice) => void notices.push(one) };
    for await (const line of project.client.logs({ follow: true, lines: 1 }, options)) {
      const n = Number(line.text.split(' ', 1)[0]);
      if (seen !== -1 && n !== seen + 1) wrong.push(`${n} after ${seen}`);
      seen = n;
    }
  })();
  const files = () => readdirSync(join(project.stateDir, 'logs'));
  const generations = () => files().filter((name) => /^web\.log\.\d+$/.test(name)).length;
  const goesOn = async () => {
    const [from, before] = [seen, generations()];
    await expect.poll(() => seen > from + 20_000, { timeout: 20_000 }).toBe(true);
    await expect.poll(generations, { timeout: 20_000 }).toBeGreaterThan(before);
  };
  for (let round = 1; round <= 4; round++) {
    await goesOn();
    pid = await replaceDaemon(pid);
  }
  await goesOn();
  abort.abort();
  await reading;
  // A reader that is too slow is let go of, and comes back by the same cursor.
  expect([wrong, notices.filter(({ kind }) => kind !== 'dropped')]).toEqual([[], []]);
});

async function linesOf(request: Parameters<typeof project.client.logs>[0]) {
  const lines: LogLineInfo[] = [];
  for await (const line of project.client.logs(request)) lines.push(line);
  return lines;
}

const whisper = `services:
  web: { command: [sh, -c, 'until [ -e go ]; do sleep 0.02; done; echo said to nobody; exec sleep 1000'] }
  db: { command: [sh, -c, 'echo db is up; exec sleep 1000'] }
`;

it('shows with logs -f what was printed while no daemon lived, also by who printed nothing before', async () => {
  project = new Project(whisper);
  const { pid } = await project.up();
  const cli = spawn(
    process.execPath,
    [join(built, 'cli/main.js'), 'logs', '-f', '--file', project.directory],
    { env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [said, noted] = ['', ''];
  cli.stdout.on('data', (text) => {
    said += text;
  });
  cli.stderr.on('data', (text) => {
    noted += text;
  });
  try {
    await expect.poll(() => said, { timeout: 10_000 }).toContain('db is up');
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    writeFileSync(join(project.directory, 'go'), '');
    const log = join(project.stateDir, 'logs/web.log');
    await expect.poll(() => statSync(log).size, { timeout: 10_000 }).toBeGreaterThan(0);
    await project.up();
    await expect.poll(() => said, { timeout: 10_000 }).toContain('said to nobody');
    expect(said.match(/db is up/g)).toHaveLength(1);
    expect(noted).not.toContain('missing');
    const [line] = await linesOf({ services: ['web'] });
    const after = `logs/web:0@${line?.log}`;
    expect(line?.text).toBe('said to nobody');
    // Whoever keeps a cursor for longer than a connection asks with it.
    const asked = new AbortController();
    for await (const { text } of project.client.logs({ follow: true, after }, asked)) {
      expect(text).toBe('said to nobody');
      asked.abort();
    }
  } finally {
    cli.kill('SIGKILL');
  }
});
