/**
 * Real Chromium on a page of the inspector. Whatever the page asks of anybody but its
 * own server, and whatever it complains of, fails the test that looked at it.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);

/** In CI a missing browser is a failure; elsewhere these stories are left out. */
export const withBrowser = describe.skipIf(
  executablePath === undefined && process.env['DROVER_TEST_REQUIRE_SERVERS'] === undefined,
);

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** What the page may complain of this once, as it is what the story is about. */
  readonly complaints?: RegExp;
}

/** To be called once at the top of a file: one browser for all its tests. */
export function useBrowser(): { open(url: string, look?: Look): Promise<Page> } {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser.close());

  return {
    async open(url, { colorScheme = 'dark', width = 1440, height = 900, ...look } = {}) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height } });
      contexts.push(context);
      const page = await context.newPage();
      const complain = (text: string): void => {
        if (look.complaints?.test(text) !== true) complaints.push(text);
      };
      page.on('pageerror', (error) => complain(`error: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') complain(`console: ${message.text()}`);
      });
      page.on('dialog', (dialog) => {
        complain(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (!isOwn(request.url(), url)) complain(`outside: ${request.url()}`);
      });
      await page.goto(url);
      return page;
    },
  };
}

/** Of its own server, or what a page has made itself; a file has nobody but itself. */
function isOwn(asked: string, page: string): boolean {
  const { protocol, origin, pathname } = new URL(asked);
  if (protocol === 'data:' || protocol === 'blob:') return true;
  if (protocol === 'file:') return pathname === new URL(page).pathname;
  return origin === new URL(page).origin;
}
