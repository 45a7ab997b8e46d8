/**
 * Pictures of every view of the inspector, light and dark: the demo stack runs, crashes and
 * is looked at in Chromium. What they are for is to be looked at.
 *
 * `npm run pictures -- DIRECTORY`; those of docs/pictures are some of them, with fewer colours.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const root = resolve(import.meta.dirname, '..');
const [given = join(tmpdir(), 'drover-pictures')] = process.argv.slice(2);
const pictures = resolve(given);
const main = join(root, 'dist/cli/main.js');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const viewport = { width: 1440, height: 900 };

const { connect } = await import(join(root, 'dist/control/client.js'));

const directory = mkdtempSync(join(tmpdir(), 'drover-pictures-'));
cpSync(join(root, 'examples/shop'), directory, {
  recursive: true,
  filter: (path) => !path.endsWith('/.drover'),
});
const ports = Object.fromEntries(
  (await freePorts(3)).map((port, i) => [['WEB_PORT', 'STOCK_PORT', 'PRICES_PORT'][i], port]),
);
const env = { ...process.env, ...ports, CRASH_AFTER: '12s' };
mkdirSync(pictures, { recursive: true });

const client = connect({ stateDir: join(directory, '.drover') });
let browser = null;
try {
  await drover('up', '-d');
  const { url } = JSON.parse(await drover('inspect', '--control', '--no-open', '--json'));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const looks = [];
  for (const scheme of ['light', 'dark']) looks.push([scheme, await open(url, scheme)]);
  await something();
  for (const [scheme, page] of looks) await look(page, scheme);
} finally {
  await browser?.close();
  client.close();
  await drover('down');
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}

/** All stop and start, one is killed, one falls over by itself, and one is deaf to what it is told. */
async function something() {
  await drover('stop');
  await drover('start');
  await drover('signal', 'SIGKILL', 'web');
  await drover('wait', 'web');
  await crashOf('prices');
  await drover('restart', 'mailer');
  await crashOf('prices');
}

async function open(url, colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`the page: ${error.message}`));
  await page.goto(url);
  // A line has the time at which somebody saw it, where it says none itself.
  await choose(page, 'prices');
  await view(page, 'Logs');
  return page;
}

async function look(page, scheme) {
  const take = async (name) => {
    await page.mouse.move(720, 880);
    await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
    const path = join(pictures, `${name}-${scheme}.png`);
    await page.screenshot({ path });
    console.log(path);
  };
  const press = (name) => page.getByRole('button', { name, exact: true }).click();

  await page.getByText('RangeError').first().waitFor();
  await take('logs');

  await choose(page, 'web');
  await view(page, 'Chart');
  await page.locator('svg .chart-node').first().waitFor();
  await take('chart');
  await page.getByRole('combobox', { name: /Heat map/ }).selectOption('all');
  await take('heat-map');
  await page.getByRole('combobox', { name: /Heat map/ }).selectOption('off');

  await page.locator('[data-part="what-if"] [data-event="stop"]').click();
  await page.locator('[data-part="what-if"] [data-after]').waitFor();
  await page.locator('[data-part="what-if"]').scrollIntoViewIfNeeded();
  await take('what-if');

  await choose(page, 'root');
  await take('chart-of-the-root');

  await choose(page, 'prices');
  await view(page, 'Timeline');
  await take('timeline');
  await press('Who waited for whom');
  await take('who-waited');
  await press('Table');
  await take('table');
  await press('Lanes');

  await view(page, 'Sequence');
  await page
    .getByRole('option', { name: /process\.exited/ })
    .last()
    .click();
  await take('sequence');

  await view(page, 'Context');
  await take('context');

  await choose(page, 'web');
  await view(page, 'Chart');
  const cause = page
    .locator('.why-chain [data-kind]')
    .filter({ hasText: 'crashed to backoff' })
    .first();
  await cause.getByRole('button').first().click();
  await page.locator('.travel[data-live="false"]').waitFor();
  await take('travel');
  await page.keyboard.press('?');
  await take('help');
}

function view(page, name) {
  return page.getByRole('tab', { name }).click();
}

function choose(page, name) {
  const named = page.getByText(name, { exact: true });
  return page.getByRole('treeitem').filter({ has: named }).click();
}

/** Resolves when that service has fallen over once more, and is back. */
async function crashOf(name) {
  const before = await client.service({ name });
  for (;;) {
    const { restarts, ready } = await client.service({ name });
    if (restarts > before.restarts && ready) return;
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function drover(...words) {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...words], {
    cwd: directory,
    env,
  });
  return stdout;
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((done) => server.listen(0, '127.0.0.1', done));
      return server;
    }),
  );
  const free = servers.map((server) => String(server.address().port));
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return free;
}
