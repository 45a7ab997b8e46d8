/** An incident that is over: as a file that anybody opens, as a journal, and as a test. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { gone } from '../real/control/project.ts';
import { built } from '../support/built.ts';
import { useBrowser, withBrowser } from './browser.ts';
import { drover, useShows } from './programs.ts';
import { Seen, Stack } from './stage.ts';

const config = `
version: 1
name: incident
services:
  steady:
    command: [sh, -c, "while :; do echo going on; sleep 0.2; done"]
  crasher:
    command: [sh, -c, "echo about to fall; sleep 0.2; exit 3"]
    depends_on: [steady]
    autostart: false
    restart: { delay: 300ms, factor: 1, intensity: 1000 }
`;
const poll = { timeout: 15_000 };

withBrowser('an incident that is over', () => {
  const browser = useBrowser();
  const { replay } = useShows();
  let stack: Stack;
  /** As the recorder told it, and as the journal does, which knows of more. */
  let fine = '';
  let whole = '';

  const restarts = async (): Promise<number> =>
    (await stack.client.service({ name: 'crasher' })).restarts;
  const open = async (url: string): Promise<{ page: Page; seen: Seen }> => {
    const page = await browser.open(url);
    const seen = new Seen(page);
    await seen.row('crasher').waitFor();
    return { page, seen };
  };

  beforeAll(async () => {
    stack = Stack.of(config);
    fine = join(stack.directory, 'fine.html');
    whole = join(stack.directory, 'incident.html');
    await stack.up();
    await stack.client.start({ names: ['crasher'], wait: false });
    await vi.waitFor(async () => expect(await restarts()).toBeGreaterThan(1), poll);
  });
  afterAll(() => stack.down());

  it('opens what the journal remembers from before a live page, and comes back to live', async () => {
    const { page, seen } = await open(await stack.page());
    await seen.connection('live');
    await seen.choose('crasher');
    await page.locator('[data-action="earlier"]').click();
    await seen.connection('from the journal');
    await page.getByText(/what lies between its records is inferred/).waitFor();
    await page.locator('.travel[data-live="false"]').waitFor();
    await seen.view('Timeline');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('table').getByText('backoff').first().waitFor();

    await page.locator('[data-action="live"]').click();
    await seen.connection('live');
    await page.locator('.travel[data-live="true"]').waitFor();
    await page.getByText(/what lies between its records is inferred/).waitFor({ state: 'hidden' });
    await expect.poll(() => seen.row('crasher').getAttribute('aria-selected'), poll).toBe('true');
    const before = await restarts();
    await expect.poll(restarts, poll).toBeGreaterThan(before);
    const shown = () => seen.row('crasher').locator('.col-restarts').textContent();
    await expect
      .poll(async () => Number.parseInt((await shown()) ?? '', 10), poll)
      .toBeGreaterThan(before);
  });

  it('is one file, and a test, for whoever was not there', async () => {
    const test = join(stack.directory, 'story/incident.test.ts');
    mkdirSync(join(stack.directory, 'story'));
    await drover(stack.directory, 'record', '-o', fine);
    await drover(stack.directory, 'record', '--since', '10m', '-o', whole);
    await drover(stack.directory, 'record', '--since', '10m', '--as-test', test);
    const written = readdirSync(stack.directory).filter((name) => name.endsWith('.html'));
    expect(written.sort()).toEqual(['fine.html', 'incident.html']);
    expect(readdirSync(join(stack.directory, 'story'))).toEqual(['incident.test.ts']);
  });

  it('plays again as that test, without any of it', async () => {
    expect(await runTest(join(stack.directory, 'story'))).toMatch(/1 passed/);
  });

  it('is shown by its file alone, when nobody runs any more', async () => {
    const { pid } = await stack.client.daemon();
    await stack.client.shutdown();
    await gone(pid);
    const { page, seen } = await open(pathToFileURL(fine).href);
    await seen.connection('recording');
    expect(await page.title()).toContain('incident');
    await looksAtEverything(page, seen);

    await seen.view('Logs');
    const log = page.getByRole('log', { name: 'Log of crasher' });
    await log.getByText('about to fall').first().waitFor();
    await page.getByText('Nothing can be done here: this is a recording.').waitFor();
    expect(await page.locator('[data-verb="stop"]').getAttribute('aria-disabled')).toBe('true');
    await page.locator('[data-part="what-if"] [data-disabled]').waitFor({ state: 'attached' });
  });

  it('is shown by the file of the last ten minutes, which says that it is retold', async () => {
    const { page, seen } = await open(pathToFileURL(whole).href);
    await seen.connection('from the journal');
    await page.getByText(/what lies between its records is inferred/).waitFor();
    await looksAtEverything(page, seen);
  });

  it('is shown by its file in the page of drover as well', async () => {
    const { page, seen } = await open(await replay(stack.directory, 'fine.html'));
    await seen.connection('recording');
    await page.getByText('read-only', { exact: true }).waitFor();
    await looksAtEverything(page, seen);
  });

  it('is told by the journal of a daemon that was killed', async () => {
    const { pid } = await stack.up();
    await stack.client.start({ names: ['crasher'], wait: false });
    await expect.poll(restarts, poll).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    const { page, seen } = await open(await replay(stack.directory, '--since', '3h'));
    await seen.connection('from the journal');
    await page.getByText('read-only', { exact: true }).waitFor();
    await page.getByText(/what lies between its records is inferred/).waitFor();
    await looksAtEverything(page, seen);
    // Whom the dead daemon has left is taken over, and ended with the story.
    await stack.up();
  });
});

/** Every view on the service that crashes, and one moment of the past. */
async function looksAtEverything(page: Page, seen: Seen): Promise<void> {
  await seen.state('steady', /running|stopped/);
  await seen.choose('crasher');
  await seen.view('Chart');
  await expect.poll(() => page.locator('svg .chart-node').count(), poll).toBeGreaterThan(5);
  await page.locator('svg .chart-node[data-active]').first().waitFor();

  const chain = page.getByRole('list', { name: 'From the state back to its first cause' });
  await chain.waitFor();
  await chain.getByRole('listitem').first().waitFor();

  await seen.view('Timeline');
  await page.getByRole('button', { name: 'Lanes' }).click();
  await page.getByRole('application', { name: /^Timeline of/ }).waitFor();
  await page.getByRole('button', { name: 'Who waited for whom' }).click();
  await page.locator('.waterfall').waitFor();
  await page.getByRole('button', { name: 'Table' }).click();
  const backoff = page
    .getByRole('row')
    .filter({ hasText: 'crasher' })
    .filter({ hasText: 'backoff' });
  await backoff.first().waitFor();

  await seen.view('Sequence');
  const exit = page.getByRole('option', { name: /process\.exited/ }).last();
  await exit.click();
  await page.getByRole('region', { name: 'The chosen event' }).waitFor();

  await seen.view('Context');
  await page
    .getByRole('tree', { name: /context/i })
    .getByText('failure', { exact: true })
    .first()
    .waitFor();

  await seen.view('Timeline');
  await backoff.first().getByRole('button').click();
  await page.locator('.travel[data-live="false"]').waitFor();
  await seen.view('Chart');
  await seen.isLit(/backoff/);
  await chain
    .getByText(/exit|status|3/)
    .first()
    .waitFor();
  await seen.state('crasher', 'backoff');
  await page.locator('[data-action="live"]').click();
}

/** Where somebody keeps tests of their own, with drover and vitest as dependencies. */
function runTest(directory: string): Promise<string> {
  const root = resolve(built, '..');
  const modules = join(directory, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, join(modules, 'drover'));
  symlinkSync(resolve(import.meta.dirname, '../../node_modules/vitest'), join(modules, 'vitest'));
  const words = [join(modules, 'vitest/vitest.mjs'), 'run', '--root', directory];
  const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      words,
      { cwd: directory, env, timeout: 50_000 },
      (error, out, said) => {
        rmSync(modules, { recursive: true });
        if (error === null) done(out);
        else fail(new Error(`${out}${said}`));
      },
    );
  });
}
