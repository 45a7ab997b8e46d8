/** The page around the views: keys, filter, themes, the timeline and logs. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Look, useBrowser, withBrowser } from './browser.ts';
import { Seen, Stack } from './stage.ts';

const config = `
version: 1
name: little
services:
  base:
    command: [node, -e, "console.log('\\\\x1b[31mred\\\\x1b[0m <b>hi</b> \\\\x1b]0;owned\\\\x07end'); setInterval(() => console.log('tick'), 300)"]
    ready: { log: hi }
  top:
    command: [node, -e, "setInterval(() => {}, 1000)"]
    depends_on: [base]
`;

withBrowser('the page around the views', () => {
  const browser = useBrowser();
  let stack: Stack;
  let url = '';

  beforeAll(async () => {
    stack = Stack.of(config);
    await stack.up();
    url = await stack.page();
  });
  afterAll(() => stack.down());

  const open = async (look: Look = {}): Promise<{ page: Page; seen: Seen }> => {
    const page = await browser.open(url, look);
    const seen = new Seen(page);
    await seen.row('top').waitFor();
    return { page, seen };
  };
  const isChosen = (seen: Seen, name: string) =>
    expect.poll(() => seen.row(name).getAttribute('aria-selected')).toBe('true');
  const isShown = (page: Page, name: string) =>
    page.getByRole('tab', { name, selected: true }).waitFor();

  it('is used with the keys alone', async () => {
    const { page, seen } = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('top');
    await expect.poll(() => seen.row('base').count()).toBe(0);
    await page.keyboard.press('Enter');
    await isChosen(seen, 'top');
    await page.keyboard.press('/');
    await page.getByLabel('Filter the tree').fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    await isChosen(seen, 'base');
    await page.keyboard.press('j');
    await isChosen(seen, 'top');
    for (const [i, name] of ['Chart', 'Timeline', 'Sequence', 'Logs', 'Context'].entries()) {
      await page.keyboard.press(String(i + 1));
      await isShown(page, name);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  it('opens and closes actors of the tree with the arrow keys', async () => {
    const { page, seen } = await open();
    await seen.choose('top');
    await page.getByRole('tree', { name: 'Supervisors and services' }).focus();
    await page.keyboard.press('ArrowRight');
    await seen.row('process').waitFor();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => seen.row('process').count()).toBe(0);
  });

  it('is as dark as the system until somebody chooses, and remembers that', async () => {
    const { page } = await open({ colorScheme: 'light' });
    const theme = () => page.evaluate('document.documentElement.dataset.theme');
    expect(await theme()).toBe('light');
    await page.getByRole('button', { name: 'Dark or light' }).click();
    expect(await theme()).toBe('dark');
    await page.reload();
    await expect.poll(theme).toBe('dark');
  });

  it('goes to the moment of the timeline that is clicked, and comes back', async () => {
    const { page } = await open();
    await page.keyboard.press('2');
    const lanes = page.getByRole('application', { name: /^Timeline of/ });
    const box = await lanes.boundingBox();
    if (box === null) throw new Error('there are no lanes');
    await page.mouse.click(box.x + box.width * 0.8, box.y + 60);
    await page.locator('.travel[data-live="false"]').waitFor();
    await expect.poll(() => page.url()).toMatch(/at=\d+/);
    await page.keyboard.press('Escape');
    await page.locator('.travel[data-live="true"]').waitFor();
    await expect.poll(() => page.url()).not.toContain('at=');
  });

  it('says who waited for whom', async () => {
    const { page } = await open();
    await stack.client.restart({ names: ['base', 'top'] });
    await page.keyboard.press('2');
    await page.getByRole('button', { name: 'Who waited for whom' }).click();
    const start = await page
      .locator('.waterfall option', { hasText: 'start of 2 services' })
      .first()
      .getAttribute('value');
    await page.locator('.waterfall select').selectOption(start);
    const row = page.getByRole('listitem').filter({ hasText: /^top/ });
    await row
      .getByText(/for|after/)
      .first()
      .waitFor();
    await row.getByRole('button', { name: 'base' }).waitFor();
  });

  it('shows what was written as text, coloured, searched and followed', async () => {
    const { page, seen } = await open();
    await seen.choose('base');
    await seen.view('Logs');
    const log = page.getByRole('log', { name: 'Log of base' });
    const line = log.locator('.logs-line').filter({ hasText: 'red <b>hi</b> end' }).first();
    await line.waitFor();
    await line.locator('.sgr-fg-1', { hasText: 'red' }).waitFor();
    expect(await line.textContent()).not.toContain('owned');
    expect(await log.locator('b').count()).toBe(0);

    const last = () => log.locator('.logs-time').last().textContent();
    const before = await last();
    await expect.poll(last).not.toBe(before);

    await page.getByLabel('Search the log of base').fill('^red');
    await log.getByText('tick').first().waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await line.locator('mark', { hasText: 'red' }).waitFor();
    await page.getByLabel('Search the log of base').fill('(');
    await page.getByText(/unterminated/i).waitFor();
  });

  it('fits on a small screen', async () => {
    const { page, seen } = await open({ width: 390, height: 800 });
    await seen.choose('top');
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(390);
  });
});
