/** The demo stack in the inspector: a service crashes, and a developer finds out why. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBrowser, withBrowser } from './browser.ts';
import { Seen, Stack } from './stage.ts';

withBrowser('the demo stack, looked at', () => {
  const browser = useBrowser();
  let stack: Stack;
  let url = '';

  beforeAll(async () => {
    stack = await Stack.ofExample('shop', ['WEB', 'STOCK', 'PRICES']);
    await stack.up();
    url = await stack.page();
  });
  afterAll(() => stack.down());

  const open = async (address = url): Promise<{ page: Page; seen: Seen }> => {
    const page = await browser.open(address);
    const seen = new Seen(page);
    await seen.row('web').waitFor();
    return { page, seen };
  };

  it('shows the tree as it is, and keeps the token out of the address', async () => {
    const { page, seen } = await open();
    for (const name of ['stock', 'prices', 'mailer', 'web']) await seen.state(name, 'running');
    await page.getByLabel('Connection').getByText('live').waitFor();
    expect(page.url()).not.toContain('token');
    expect(await page.title()).toContain('shop');
  });

  it('shows a crash as it happens, in tree, chart, timeline, sequence, logs and context', async () => {
    const { page, seen } = await open();
    await seen.choose('web');
    await seen.view('Chart');
    await seen.isLit(/running\.healthy$/);
    const before = await stack.pid('web');
    process.kill(before, 'SIGKILL');

    await seen.row('web').getByText('1', { exact: true }).waitFor();
    await seen.isLit(/running\.healthy$/);
    expect(await stack.pid('web')).not.toBe(before);
    expect(await page.locator('svg [data-fired]').count()).toBeGreaterThan(0);

    await seen.view('Timeline');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('table').getByText('backoff').first().waitFor();

    await seen.view('Sequence');
    const exited = page.getByRole('option', { name: /process\.exited/ }).last();
    await exited.click();
    await page.getByRole('region', { name: 'The chosen event' }).waitFor();

    await seen.view('Logs');
    await page
      .getByText(/listens on|http:/)
      .first()
      .waitFor();

    await seen.view('Context');
    await page
      .getByRole('tree', { name: /context/i })
      .getByText('process')
      .first()
      .waitFor();
  });

  it('says why, back to the exit that began it', async () => {
    const { page, seen } = await open();
    await seen.choose('web');
    const chain = page.getByRole('list', { name: 'From the state back to its first cause' });
    await chain.waitFor();
    await chain
      .getByText(/SIGKILL/)
      .first()
      .waitFor();
    await page
      .locator('[data-why="web"]')
      .getByText(/web is running/)
      .waitFor();
  });

  it('travels back to the crash with everything it shows, and comes back to now', async () => {
    const { page, seen } = await open();
    await seen.choose('web');
    await seen.view('Chart');
    const exit = page.locator('.why-chain [data-kind]').filter({ hasText: 'backoff' }).first();
    await exit.getByRole('button').first().click();
    await page.locator('.travel[data-live="false"]').waitFor();
    await seen.isLit(/backoff|crashed|stopped/);
    await expect.poll(() => seen.row('web').textContent()).toMatch(/backoff|crashed|stopped/);
    await seen.view('Context');
    await page
      .getByRole('tree', { name: /context/i })
      .getByText('failure')
      .first()
      .waitFor();

    const there = page.url();
    expect(there).toMatch(/service=web|actor=/);
    expect(there).toContain('at=');

    await page.locator('[data-action="live"]').click();
    await seen.view('Chart');
    await seen.isLit(/running\.healthy$/);
    await seen.state('web', 'running');
  });

  it('is opened by a link at the moment that the link names', async () => {
    const { page, seen } = await open();
    await seen.choose('web');
    await seen.moment().focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.travel[data-live="false"]').waitFor();
    const link = page.url();
    const token = new URL(url).hash;
    const { page: other, seen: there } = await open(`${link}&${token.slice(1)}`);
    await other.locator('.travel[data-live="false"]').waitFor();
    await expect.poll(() => other.url()).toContain('at=');
    await expect.poll(() => there.row('web').getAttribute('aria-selected')).toBe('true');
  });

  it('tells what an event would do, and touches nothing', async () => {
    const { page, seen } = await open();
    const before = await stack.pid('web');
    await seen.choose('web');
    const whatIf = page.locator('[data-part="what-if"]');
    await whatIf.locator('[data-event="stop"]').click();
    await whatIf
      .locator('[data-after]')
      .getByText(/stopping/)
      .first()
      .waitFor();
    expect(await stack.pid('web')).toBe(before);
    await seen.state('web', 'running');
  });

  it('only looks, unless it is opened with control', async () => {
    const { page, seen } = await open();
    await seen.choose('web');
    await page.locator('[data-read-only="true"]').waitFor();
    expect(await page.locator('[data-verb="stop"]').getAttribute('aria-disabled')).toBe('true');
  });

  it('stops and starts a service from the page, and says how that went', async () => {
    const { page, seen } = await open(await stack.page({ control: true }));
    await seen.choose('mailer');
    const stop = page.locator('[data-verb="stop"]');
    await expect.poll(() => stop.getAttribute('aria-disabled')).toBe('false');
    await stop.click();
    await page
      .locator('[data-result="done"]')
      .getByText(/mailer: killed after/)
      .waitFor();
    await seen.state('mailer', 'stopped');
    await expect.poll(() => stop.getAttribute('aria-disabled')).toBe('true');
    expect(await stop.getAttribute('title')).toMatch(/Not now/);
    await page.locator('[data-verb="start"]').click();
    await seen.state('mailer', 'running');
  });

  it('asks back before it stops what others need', async () => {
    const { page, seen } = await open(await stack.page({ control: true }));
    await seen.choose('stock');
    const stop = page.locator('[data-verb="stop"]');
    await expect.poll(() => stop.getAttribute('aria-disabled')).toBe('false');
    await stop.click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText(/web/).first().waitFor();
    await dialog.locator('[data-answer="no"]').click();
    await seen.state('stock', 'running');
  });
});
