/** A stack in a directory of its own, run by a real daemon, and what one sees of its page. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Project, type Started } from '../real/control/project.ts';
import { freePorts } from '../support/ports.ts';

export class Stack extends Project {
  readonly #env: NodeJS.ProcessEnv;

  private constructor(config: string | null, directory: string, env: NodeJS.ProcessEnv) {
    super(config, directory);
    this.#env = { ...process.env, ...env };
  }

  /** One of `examples/`, on ports that nobody else has. */
  static async ofExample(example: string, ports: readonly string[]): Promise<Stack> {
    const directory = mkdtempSync(join(tmpdir(), 'drover-inspector-'));
    cpSync(new URL(`../../examples/${example}`, import.meta.url).pathname, directory, {
      recursive: true,
      // What somebody has left there who tried it.
      filter: (path) => !path.endsWith('/.drover'),
    });
    const free = await freePorts(ports.length);
    const env = Object.fromEntries(ports.map((name, i) => [`${name}_PORT`, String(free[i])]));
    return new Stack(null, directory, { ...env, CRASH_AFTER: '3600s' });
  }

  static of(config: string): Stack {
    return new Stack(config, mkdtempSync(join(tmpdir(), 'drover-inspector-')), {});
  }

  override async up(): Promise<Started> {
    const started = await super.up(this.#env);
    if (started.code !== undefined) throw new Error(started.message);
    return started;
  }

  port(name: string): string {
    return this.#env[`${name}_PORT`] ?? '';
  }

  /** The address of its page. */
  async page({ control = false } = {}): Promise<string> {
    const { url } = await this.client.inspect({ control });
    if (url === null) throw new Error('there is no inspector');
    return url;
  }

  async pid(name: string): Promise<number> {
    const { pid } = await this.client.service({ name });
    if (pid === null) throw new Error(`${name} has no process`);
    return pid;
  }
}

/** What stands on a page, by the words that people see and hear. */
export class Seen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  row(name: string): Locator {
    return this.#page
      .getByRole('tree', { name: 'Supervisors and services' })
      .getByRole('treeitem')
      .filter({ has: this.#page.getByText(name, { exact: true }) });
  }

  async choose(name: string): Promise<void> {
    await this.row(name).click();
  }

  async view(name: 'Chart' | 'Timeline' | 'Sequence' | 'Logs' | 'Context'): Promise<void> {
    await this.#page.getByRole('tab', { name }).click();
  }

  /** Resolves when the tree says so of the service. */
  async state(name: string, state: string | RegExp): Promise<void> {
    await this.row(name).getByText(state).first().waitFor();
  }

  /** Resolves when the page says so of where it has all this from. */
  async connection(word: string): Promise<void> {
    await this.#page.getByLabel('Connection').getByText(word, { exact: true }).waitFor();
  }

  /** The leaves that are lit in the chart. */
  async lit(): Promise<readonly string[]> {
    const nodes = await this.#page.locator('svg .chart-node[data-active]:not(.inner)').all();
    const ids = await Promise.all(nodes.map((node) => node.getAttribute('data-node')));
    return ids.map((id) => id ?? '');
  }

  async isLit(state: RegExp): Promise<void> {
    await expect
      .poll(() => this.lit(), { timeout: 15_000 })
      .toEqual([expect.stringMatching(state)]);
  }

  moment(): Locator {
    return this.#page.getByRole('slider', { name: 'Moment' });
  }
}
