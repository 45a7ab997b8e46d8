/** Real servers in the inspector: nginx, PHP, MariaDB, two PostgreSQL and Redis. */
import { chmodSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMissing } from '../real/kernel/servers.ts';
import { useBrowser, withBrowser } from './browser.ts';
import { Seen, Stack } from './stage.ts';

const ports = ['REDIS', 'MARIADB', 'POSTGRES_APP', 'POSTGRES_STATS', 'PHP', 'HTTP'];
const names = ['redis', 'mariadb', 'postgres-app', 'postgres-stats', 'php', 'nginx'];
const poll = { timeout: 15_000 };

const programs = ['nginx', 'mariadbd', 'redis-server', 'postgres'];
const withServers = describe.skipIf(programs.some(isMissing));

withServers('with the servers of a web site', () => {
  withBrowser('the LEMP example, looked at', () => {
    const browser = useBrowser();
    let stack: Stack;
    let url = '';

    beforeAll(async () => {
      stack = await Stack.ofExample('lemp', ports);
      // Servers that drop root have to get through.
      chmodSync(stack.directory, 0o755);
      await stack.up();
      url = await stack.page();
    }, 180_000);
    afterAll(() => stack.down(), 180_000);

    const open = async (address = url): Promise<{ page: Page; seen: Seen }> => {
      const page = await browser.open(address);
      const seen = new Seen(page);
      await seen.row('nginx').waitFor();
      return { page, seen };
    };

    it('shows all of them up, in their groups', async () => {
      const { seen } = await open();
      for (const name of names) await seen.state(name, 'running');
      for (const group of ['data', 'web']) await seen.row(group).waitFor();
      await seen.state('schema', /completed|stopped|done/);
    });

    for (const name of ['mariadb', 'nginx']) {
      it(`shows ${name} in every view`, async () => {
        const { page, seen } = await open();
        await seen.choose(name);
        await seen.view('Chart');
        await seen.isLit(/running/);
        await seen.view('Timeline');
        await page.getByRole('button', { name: 'Table' }).click();
        await page.getByRole('row').filter({ hasText: name }).first().waitFor();
        await seen.view('Sequence');
        await page.getByRole('region', { name: 'Sequence' }).waitFor();
        await seen.view('Logs');
        await page.getByRole('log', { name: `Log of ${name}` }).waitFor();
        await seen.view('Context');
        const context = page.getByRole('tree', { name: `Context of ${name}` });
        await context.getByText('process', { exact: true }).first().waitFor();
        await page.locator(`[data-why="${name}"]`).getByText(`${name} is running`).waitFor();
      });
    }

    it('shows the kill of php as it happens, and what it took with it', async () => {
      const { page, seen } = await open();
      await seen.choose('php');
      await seen.view('Chart');
      await seen.isLit(/running/);
      const [php, nginx] = [await stack.pid('php'), await stack.pid('nginx')];
      process.kill(php, 'SIGKILL');
      await seen.row('php').getByText('1', { exact: true }).waitFor();
      await expect.poll(() => stack.pid('php').catch(() => php), poll).not.toBe(php);
      // Its group begins anew from the one that fell.
      await expect.poll(() => stack.pid('nginx').catch(() => nginx), poll).not.toBe(nginx);
      await seen.state('php', 'running');
      await seen.state('nginx', 'running');
      await seen.isLit(/running/);
      const chain = page.getByRole('list', { name: 'From the state back to its first cause' });
      await chain
        .getByText(/SIGKILL/)
        .first()
        .waitFor();

      const fall = page.locator('.why-chain [data-kind="state"]').filter({ hasText: 'crashed' });
      await fall.first().getByRole('button').last().click();
      await page.locator('.travel[data-live="false"]').waitFor();
      await seen.isLit(/crashed|backoff|stopped/);
      await expect.poll(() => seen.row('php').textContent()).toMatch(/crashed|backoff|stopped/);
      await page.locator('[data-action="live"]').click();
      await seen.state('php', 'running');
    });

    it('says why nginx was restarted, which nobody had touched', async () => {
      const { page, seen } = await open();
      await seen.choose('nginx');
      const chain = page.getByRole('list', { name: 'From the state back to its first cause' });
      await chain.getByText(/php/).first().waitFor();
    });
  });
});
