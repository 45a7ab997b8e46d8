/** What services and applications write and are called stays text, wherever it is shown. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Actor, createActor, createMachine, setup } from 'xstate';
import { writeRecording } from '../../src/cli/inspector/recording-file.ts';
import { createInspector, type Inspector } from '../../src/control/inspector/index.ts';
import type { Recording } from '../../src/inspection/protocol.ts';
import { useBrowser, withBrowser } from './browser.ts';
import { drover } from './programs.ts';
import { Seen, Stack } from './stage.ts';

const poll = { timeout: 15_000 };
const image = '<img src=http://evil:1/x onerror=alert(1)>';
const script = '</script><script>alert(2)</script>';
const osc = '\u001b]8;;http://evil:1/\u0007link\u001b]8;;\u0007\u001b]0;owned\u0007\u001b[2J';

const parsed = (json: string): Record<string, unknown> => JSON.parse(json);
const proto = parsed('{ "__proto__": { "polluted": 1 } }');

const machine = setup({
  types: { context: {} as Record<string, unknown>, events: {} as { readonly type: string } },
  actions: { [image]: () => {} },
  guards: { [script]: () => true },
  delays: { [image]: 60_000 },
  actors: { [image]: createMachine({ id: image, initial: script, states: { [script]: {} } }) },
}).createMachine({
  id: `town${script}`,
  context: { [image]: script, toString: image, osc, nested: proto },
  initial: image,
  states: {
    [image]: {
      description: script,
      tags: [image],
      invoke: { id: image, src: image },
      on: { [script]: { guard: script, actions: image, target: script } },
    },
    [script]: {
      description: image,
      tags: [script],
      on: { [image]: { target: image } },
      after: { [image]: { target: image } },
    },
  },
});

/** Nothing of what was written has become a part of the document. */
async function isText(page: Page): Promise<void> {
  const strange = 'img, iframe, object, embed, [onerror], script:not([src]):not([type]), a[href]';
  expect(await page.locator(strange).count()).toBe(0);
  expect(await page.evaluate('({}).polluted')).toBe(undefined);
  expect(await page.title()).not.toBe('owned');
}

withBrowser('a service that writes what it likes', () => {
  const browser = useBrowser();
  let stack: Stack;
  let url = '';

  beforeAll(async () => {
    stack = Stack.of(`
version: 1
name: ${JSON.stringify(`shop${image}`)}
services:
  writer:
    description: ${JSON.stringify(image)}
    labels: { note: ${JSON.stringify(script)} }
    command: [node, writer.mjs, ${JSON.stringify(image)}]
    ready: { log: the last line }
`);
    const bytes = [0x6e, 0, 0x75, 0xff, 0xfe, 0xc3, 0x28, 0x6c, 0x0a];
    const lines = [`${image} 1`, `${script} 2`, `before ${osc}after 3`, `${'x'.repeat(200_000)} 4`];
    writeFileSync(
      join(stack.directory, 'writer.mjs'),
      `for (const line of ${JSON.stringify(lines)}) console.log(line);
       process.stdout.write(Buffer.from(${JSON.stringify(bytes)}));
       console.log('the last line');
       setInterval(() => {}, 1_000);`,
    );
    await stack.up();
    url = await stack.page();
    await stack.client.restart({ names: ['writer'] });
  });
  afterAll(() => stack.down());

  /** All of it, in every view. */
  const looksAtAll = async (page: Page): Promise<void> => {
    const seen = new Seen(page);
    await seen.choose('writer');
    await page.getByRole('heading', { name: `shop${image}` }).waitFor();
    await seen.view('Logs');
    const log = page.getByRole('log', { name: 'Log of writer' });
    await log.getByText(`${image} 1`, { exact: true }).first().waitFor();
    await log.getByText(`${script} 2`, { exact: true }).first().waitFor();
    await log.getByText('before linkafter 3', { exact: true }).first().waitFor();
    await log.getByText('the last line', { exact: true }).first().waitFor();
    await log
      .getByText(/^nu.*l$/)
      .first()
      .waitFor();
    expect(
      await log
        .getByText(/^nu.*l$/)
        .first()
        .textContent(),
    ).not.toContain('\0');
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(1440);
    await isText(page);

    await seen.view('Context');
    const context = page.getByRole('tree', { name: /context/i });
    await context.locator('[data-key="spec"] > [data-line]').click();
    await context.locator('[data-key="description"]').getByText(image).waitFor();
    await context.locator('[data-key="labels"] > [data-line]').click();
    await context.locator('[data-key="note"]').getByText(script).waitFor();
    await isText(page);
    for (const view of ['Chart', 'Timeline', 'Sequence'] as const) {
      await seen.view(view);
      await isText(page);
    }
  };

  it('is shown as text in every view', async () => {
    const page = await browser.open(url);
    await looksAtAll(page);
  });

  it('is text in the file of a recording as well', async () => {
    const file = join(stack.directory, 'hostile.html');
    await drover(stack.directory, 'record', '-o', file);
    const page = await browser.open(pathToFileURL(file).href);
    await looksAtAll(page);
  });

  it('is text in a link that somebody sends', async () => {
    const words = new URLSearchParams({ service: image, view: script, at: '1e999' });
    const page = await browser.open(`${url}&${words}`);
    await new Seen(page).row('writer').waitFor();
    await isText(page);
  });
});

withBrowser('an application that calls things what it likes', () => {
  const browser = useBrowser();
  let actor: Actor<typeof machine>;
  let inspector: Inspector;
  const directory = mkdtempSync(join(tmpdir(), 'drover-hostile-'));

  beforeAll(async () => {
    actor = createActor(machine, { id: `root${image}` }).start();
    inspector = await createInspector(actor, { title: `town${script}`, control: true });
    actor.send({ type: script, ...{ [image]: script, nested: proto } });
    actor.send({ type: osc });
  });
  afterAll(async () => {
    await inspector.close();
    actor.stop();
    rmSync(directory, { recursive: true });
  });

  const looksAtAll = async (page: Page): Promise<void> => {
    const seen = new Seen(page);
    await seen.choose(`root${image}`);
    await seen.view('Chart');
    const lit = page.locator('svg .chart-node[data-active]:not(.inner)');
    await expect.poll(() => lit.getAttribute('data-node'), poll).toContain(script);
    await lit.click();
    await page.getByRole('region', { name: `Details of ${script}` }).waitFor();
    await isText(page);

    await seen.view('Timeline');
    await page.getByRole('button', { name: 'Table' }).click();
    await page.getByRole('row').filter({ hasText: script }).first().waitFor();
    await isText(page);

    await seen.view('Sequence');
    const arrow = page.locator(`[data-event=${JSON.stringify(script)}][role=option]`).first();
    await arrow.click();
    const chosen = page.getByRole('region', { name: 'The chosen event' });
    await chosen.getByText(image).first().waitFor();
    await chosen.locator('[data-key="nested"] > [data-line]').click();
    await chosen.locator('[data-key="__proto__"]').waitFor();
    await isText(page);

    await seen.view('Context');
    const context = page.getByRole('tree', { name: /context/i });
    await context.locator('[data-key="nested"] > [data-line]').click();
    await context.locator('[data-key="__proto__"]').waitFor();
    await context
      .locator(`[data-key=${JSON.stringify(image)}]`)
      .getByText(script)
      .waitFor();
    await context.locator('[data-key="toString"]').getByText(image).waitFor();
    await isText(page);
  };

  it('is shown as text in every view', async () => {
    const page = await browser.open(inspector.url);
    await looksAtAll(page);
    const whatIf = page.locator('[data-part="what-if"]');
    await whatIf.locator(`[data-event=${JSON.stringify(image)}]`).click();
    await whatIf.locator('[data-after]').getByText(image).waitFor();
    await isText(page);
  });

  it('takes an event with such a name from the page', async () => {
    const page = await browser.open(inspector.controlUrl ?? '');
    await new Seen(page).choose(`root${image}`);
    const send = page.locator('[data-part="send"]');
    await send.locator('summary').click();
    await send.getByLabel('Name of the event').fill(`new${image}`);
    await send.getByLabel('What it brings, as JSON').fill('{ "__proto__": { "polluted": 1 } }');
    await send.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('[data-result="done"]').getByText(`new${image} was sent`).waitFor();
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
    await isText(page);
  });

  it('is text in the file of a recording as well', async () => {
    const { origin, hash } = new URL(inspector.url);
    const headers = { authorization: `Bearer ${hash.replace('#token=', '')}` };
    const answer = await fetch(`${origin}/api/recording`, { headers });
    const file = join(directory, 'town.html');
    writeRecording(file, (await answer.json()) as Recording);
    const page = await browser.open(pathToFileURL(file).href);
    await looksAtAll(page);
  });
});
