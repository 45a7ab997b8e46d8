/** An ordinary application of XState actors, which drover knows nothing of. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { useBrowser, withBrowser } from './browser.ts';
import { useShows } from './programs.ts';
import { Seen } from './stage.ts';

const root = resolve(import.meta.dirname, '../..');
const poll = { timeout: 15_000 };

withBrowser('an application that is not drover', () => {
  const browser = useBrowser();
  const { show } = useShows();
  const directory = mkdtempSync(join(tmpdir(), 'drover-any-'));
  let url = '';

  beforeAll(async () => {
    const printed = readFileSync(join(root, 'examples/inspect-any.mjs'), 'utf8');
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    const library = `'${built}/control/inspector/index.js'`;
    const example = join(directory, 'example.mjs');
    writeFileSync(example, printed.replace(`'drover/inspector'`, library));
    url = await show(directory, example);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const open = async (): Promise<{ page: Page; seen: Seen }> => {
    const page = await browser.open(url);
    const seen = new Seen(page);
    await seen.row('town').waitFor();
    return { page, seen };
  };
  const chart = async (seen: Seen, page: Page, name: string): Promise<void> => {
    await seen.choose(name);
    await page.getByRole('group', { name: new RegExp(`^Statechart of ${name}:`) }).waitFor();
  };

  it('is a tree of its machines, without what only services have', async () => {
    const { page, seen } = await open();
    for (const name of ['town', 'crossing', 'order', 'bomb']) await seen.row(name).waitFor();
    await page.getByRole('heading', { name: 'a small town' }).waitFor();
    expect(await page.getByRole('button', { name: /^CPU/ }).count()).toBe(0);
    await seen.view('Timeline');
    expect(await page.getByRole('button', { name: 'Who waited for whom' }).count()).toBe(0);
    await seen.view('Logs');
    await page.getByText('Select a service to read what it writes.').waitFor();
  });

  it('shows the halves of a parallel machine at once', async () => {
    const { page, seen } = await open();
    await chart(seen, page, 'order');
    await expect
      .poll(async () => [...(await seen.lit())].sort(), poll)
      .toEqual([expect.stringMatching(/parcel\.ready$/), expect.stringMatching(/payment\.paid$/)]);
    for (const region of ['payment', 'parcel']) {
      await page.locator(`svg .chart-node.inner[data-node$=".${region}"][data-active]`).waitFor();
    }
  });

  it('counts down what is armed, in the chart of whoever waits', async () => {
    const { page, seen } = await open();
    await chart(seen, page, 'crossing');
    const left = page.locator('svg [data-edge][data-armed] .chart-left');
    await expect.poll(() => left.first().textContent(), poll).toMatch(/\d/);
    const ring = page.locator('svg [data-edge][data-armed] .chart-rest').first();
    const before = await ring.getAttribute('stroke-dashoffset');
    await expect.poll(() => ring.getAttribute('stroke-dashoffset'), poll).not.toBe(before);
  });

  it('says of what breaks with what it broke, and what came of that', async () => {
    const { page, seen } = await open();
    await seen.choose('bomb');
    await seen.state('bomb', /broke|error/);
    await page.getByText('the bomb has gone off').first().waitFor();
    await seen.choose('town');
    await seen.view('Sequence');
    await page.getByRole('searchbox', { name: 'Name of the event' }).fill('error.actor.bomb');
    const told = page.locator('[role=option][data-event="xstate.error.actor.bomb"]');
    await told.click();
    await page
      .locator('[data-became]')
      .getByText(/was in shaken then/)
      .waitFor();
  });

  it('takes an event from the page, and shows one that nobody handles as ignored', async () => {
    const { page, seen } = await open();
    await seen.choose('crossing');
    const send = page.locator('[data-part="send"]');
    await send.locator('summary').click();
    const type = async (event: string): Promise<void> => {
      await send.getByLabel('Name of the event').fill(event);
      await send.getByRole('button', { name: 'Send', exact: true }).click();
      await page
        .locator('[data-result="done"]')
        .getByText(`${event} was sent to crossing`)
        .waitFor();
    };
    await type('nobody.knows');
    await type('button.pressed');
    await seen.view('Sequence');
    const ignored = page.locator('[role=option][data-event="nobody.knows"]');
    await expect.poll(() => ignored.getAttribute('data-outcome'), poll).toBe('ignored');
    await ignored.click();
    await page
      .locator('[data-became]')
      .getByText(/crossing ignored it/)
      .waitFor();
    const taken = page.locator('[role=option][data-event="button.pressed"]').last();
    await expect.poll(() => taken.getAttribute('data-outcome'), poll).toBe('taken');
    await seen.view('Context');
    await page
      .getByRole('tree', { name: /context/i })
      .locator('[data-key="waiting"]')
      .waitFor();
  });

  it('goes back to when it all began', async () => {
    const { page, seen } = await open();
    await seen.choose('town');
    await seen.moment().focus();
    await page.keyboard.press('Home');
    await page.locator('.travel[data-live="false"]').waitFor();
    await chart(seen, page, 'order');
    await expect
      .poll(async () => [...(await seen.lit())].sort(), poll)
      .toEqual([
        expect.stringMatching(/parcel\.packing$/),
        expect.stringMatching(/payment\.charging$/),
      ]);
    await page.keyboard.press('Escape');
    await page.locator('.travel[data-live="true"]').waitFor();
  });
});
