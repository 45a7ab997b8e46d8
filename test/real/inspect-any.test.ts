/** The example of an application that is not drover's, inspected as it is printed. Real OS. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { InspectionRecord } from '../../src/inspection/protocol.ts';
import { actorNamed, openStream } from '../control/inspector-stage.ts';
import { built } from '../support/built.ts';

const root = resolve(import.meta.dirname, '../..');

it('shows lights, a parallel order and what breaks, and ends when it is told to', async () => {
  const printed = readFileSync(join(root, 'examples/inspect-any.mjs'), 'utf8');
  const cwd = mkdtempSync(join(tmpdir(), 'inspect-any-'));
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'));
  const example = join(cwd, 'example.mjs');
  const library = `'${built}/control/inspector/index.js'`;
  writeFileSync(example, printed.replace(`'drover/inspector'`, library));
  const child = spawn(process.execPath, [example], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const said = await new Promise<string>((found) => {
      child.stdout.once('data', (bytes) => found(String(bytes).trim()));
    });
    const { origin, hash } = new URL(said);
    const headers = { authorization: `Bearer ${hash.replace('#token=', '')}` };
    const info = await fetch(`${origin}/api/info`, { headers });
    expect(await info.json()).toMatchObject({
      ...{ subject: 'system', name: 'a small town', control: true },
    });

    const reader = await openStream(origin, '/api/stream', headers);
    const numberOf = (id: string): number => actorNamed(reader.told, id);
    await reader.until(() =>
      ['town', 'crossing', 'order', 'bomb'].every((id) => numberOf(id) >= 0),
    );
    const tells = (is: (record: InspectionRecord) => boolean) =>
      reader.until(({ event, data: batch }) => event === 'records' && batch.records.some(is));

    const press = await fetch(`${origin}/api/actors/${numberOf('crossing')}/send`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ event: { type: 'button.pressed' } }),
    });
    expect(press.status).toBe(200);
    await tells(({ kind, actor, ...rest }) => {
      const isState = kind === 'state' && actor === numberOf('crossing');
      return isState && (rest as { value?: unknown }).value === 'yellow';
    });
    await tells((record) => record.kind === 'state' && record.error?.includes('declined') === true);
    const broken = await tells(
      (record) =>
        record.kind === 'state' && record.actor === numberOf('bomb') && record.status === 'error',
    );
    expect(JSON.stringify(broken.data)).toContain('the bomb has gone off');
    expect(JSON.stringify(reader.told)).not.toContain('is not shown');
    const whole = reader.told.filter(({ event }) => event === 'definition');
    expect(whole.map(({ data: { id } }) => id).sort()).toEqual([
      ...['bomb', 'crossing', 'order', 'town'],
    ]);

    const ended = new Promise((done) => child.on('exit', done));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(reader.told.at(-1)).toMatchObject({ event: 'end' });
  } finally {
    child.kill('SIGKILL');
    rmSync(cwd, { recursive: true });
  }
});
