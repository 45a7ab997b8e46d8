/** A thousand services of a real daemon: found, chosen and looked at without drawing them all. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBrowser, withBrowser } from './browser.ts';
import { Seen, Stack } from './stage.ts';

const count = 1_000;
const names = Array.from({ length: count }, (_, n) => `s${String(n).padStart(3, '0')}`);
const services = names.map(
  (name) => `  ${name}: { command: [sleep, "100000"], ready: { after: 0s } }`,
);
const poll = { timeout: 30_000 };

withBrowser('a thousand services', () => {
  const browser = useBrowser();
  let stack: Stack;
  let url = '';

  beforeAll(async () => {
    stack = Stack.of(`version: 1\nname: thousand\nservices:\n${services.join('\n')}\n`);
    await stack.up();
    url = await stack.page();
  }, 120_000);
  afterAll(() => stack.down(), 120_000);

  it('are a list of which only what is in sight is in the document', async () => {
    const page = await browser.open(url);
    const seen = new Seen(page);
    await seen.row('s000').waitFor();
    const up = page.getByRole('banner').getByText(`${count} up`);
    await up.waitFor();
    const rows = page.getByRole('tree', { name: 'Supervisors and services' });
    const drawn = () => rows.getByRole('treeitem').count();
    expect(await drawn()).toBeLessThan(100);
    await rows.focus();
    await page.keyboard.press('End');
    await seen.row('s999').waitFor();
    await expect.poll(() => seen.row('s000').count(), poll).toBe(0);
    expect(await drawn()).toBeLessThan(100);
  });

  it('are found by their names, and have their charts', async () => {
    const page = await browser.open(url);
    const seen = new Seen(page);
    await seen.row('s000').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('s731');
    await seen.row('s731').waitFor();
    await expect.poll(() => seen.row('s000').count(), poll).toBe(0);
    await page.keyboard.press('Enter');
    await expect.poll(() => seen.row('s731').getAttribute('aria-selected'), poll).toBe('true');
    await page.getByRole('group', { name: /^Statechart of service:/ }).waitFor();
    await seen.isLit(/running/);

    const before = await stack.pid('s731');
    process.kill(before, 'SIGKILL');
    await seen.row('s731').getByText('1', { exact: true }).waitFor();
    await expect.poll(() => stack.pid('s731').catch(() => before), poll).not.toBe(before);
    await seen.isLit(/running/);
  });

  it('have lanes and arrows of which only those in sight are drawn', async () => {
    const page = await browser.open(`${url}&service=s500`);
    const seen = new Seen(page);
    await expect.poll(() => seen.row('s500').getAttribute('aria-selected'), poll).toBe('true');
    await seen.view('Timeline');
    await page.getByRole('application', { name: /^Timeline of/ }).waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
    const table = page.getByRole('table', { name: /^Changes of state/ });
    await table.getByRole('row').nth(5).waitFor();
    expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThanOrEqual(count);
    expect(await table.getByRole('row').count()).toBeLessThan(150);
    await seen.view('Sequence');
    await page.locator('input[name="narrow"]').uncheck();
    await page.getByRole('option').first().waitFor();
    expect(await page.getByRole('option').count()).toBeLessThan(150);
  });
});
