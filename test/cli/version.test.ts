/** `drover version`: says its own also where there is no project and no daemon. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { run } from '../../src/cli/commands/version.ts';
import { version } from '../../src/version.ts';

async function said(json: boolean): Promise<string> {
  let text = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  try {
    expect(await run([], { json, socket: join(tmpdir(), 'nobody-listens-here.sock') })).toBe(0);
    return text;
  } finally {
    write.mockRestore();
  }
}

it('tells the version of this program where no daemon answers', async () => {
  expect(await said(false)).toBe(`drover ${version}, node ${process.version}\n`);
});

it('tells a program that no daemon answers', async () => {
  expect(JSON.parse(await said(true))).toEqual({ version, node: process.version, daemon: null });
});
