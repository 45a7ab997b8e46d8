/** What was there before somebody looked: lines of a log between the states of their runs. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { useBrowser, withBrowser } from './browser.ts';
import { Seen, Stack } from './stage.ts';

/** It says twice that it is there, and lives for a while between. */
const config = `
version: 1
name: past
services:
  teller:
    command: ["sh", "-c", "echo first of it; sleep 1; echo last of it; sleep 1; exit 7"]
    restart: { delay: 500ms, intensity: 100 }
`;

withBrowser('what was there before somebody looked', () => {
  const browser = useBrowser();
  let stack: Stack;

  beforeAll(async () => {
    stack = Stack.of(config);
    await stack.up();
    await stack.page();
  });
  afterAll(() => stack.down());

  const open = async (view: 'Logs' | 'Sequence') => {
    await expect
      .poll(async () => (await stack.client.service({ name: 'teller' })).restarts, {
        timeout: 20_000,
      })
      .toBeGreaterThan(1);
    const page = await browser.open(await stack.page(), { height: 600 });
    const seen = new Seen(page);
    await seen.choose('teller');
    await seen.view(view);
    return page;
  };

  it('shows lines without a time about where they belong between the states', async () => {
    const page = await open('Logs');
    const rows = page.locator('.logs-line, .logs-state');
    await page.locator('.logs-state', { hasText: 'backoff' }).first().waitFor();
    const texts = await rows.allTextContents();
    const kinds = texts.map((text) => /first of|last of|backoff/.exec(text)?.[0]).filter(Boolean);
    const end = kinds.indexOf('backoff');
    expect(kinds.slice(0, end + 3)).toEqual([
      'first of',
      'last of',
      'backoff',
      'first of',
      'last of',
    ]);
    expect(texts.find((text) => text.includes('first of'))).toMatch(/^~\d\d:/);
  });

  it('keeps the event that one chose in sight when its details take room away', async () => {
    const page = await open('Sequence');
    const list = page.getByRole('listbox', { name: /Events/ });
    await page.getByRole('checkbox', { name: 'without routine' }).uncheck();
    const count = async () =>
      Number(await page.locator('output[data-count]').getAttribute('data-count'));
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(25);
    await page.getByRole('button', { name: 'pause' }).click();
    const place = await list.boundingBox();
    const arrows = await list.getByRole('option').all();
    const boxes = await Promise.all(arrows.map((arrow) => arrow.boundingBox()));
    const edge = (place?.y ?? 0) + (place?.height ?? 0);
    const lowest = boxes.findLastIndex((box) => box !== null && box.y + box.height <= edge);
    const id = await arrows[lowest]?.getAttribute('id');
    const arrow = list.locator(`#${id}`);
    const room = async () => {
      const [outer, inner] = [await list.boundingBox(), await arrow.boundingBox()];
      if (outer === null || inner === null) return Number.NEGATIVE_INFINITY;
      return outer.y + outer.height - (inner.y + inner.height);
    };
    expect(await room()).toBeGreaterThanOrEqual(0);
    await arrow.dispatchEvent('click');
    await page.getByRole('region', { name: 'The chosen event' }).waitFor();
    await expect
      .poll(async () => (await list.boundingBox())?.height)
      .toBeLessThan(place?.height ?? 0);
    await expect.poll(room).toBeGreaterThanOrEqual(0);
  });
});
