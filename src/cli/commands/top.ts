/** `drover top`: a terminal screen with the tree of services, their states and logs, and keys to act. */
import { SupervisorError } from '../../services/errors.ts';
import { type Asking, asRun } from '../session.ts';
import { Feed } from '../top/feed.ts';
import { Store } from '../top/store.ts';

export const top: Asking = async ({ client, screen }) => {
  if (process.stdout.isTTY !== true || process.stdin.isTTY !== true) {
    const hint = 'use `drover status --watch`, or `drover status --json`';
    throw new SupervisorError('usage', 'cannot draw a screen: this is no terminal', hint);
  }
  const { runApp } = await loadApp();
  const store = new Store(process.stdout.columns, process.stdout.rows);
  const feed = new Feed(client, store);
  try {
    // Before the screen is taken, so that an error is said where it can be read.
    await feed.open();
    await runApp({ store, feed, screen });
  } finally {
    feed.close();
  }
  return 0;
};

/** Its library is optional: everything else works without. */
async function loadApp(): Promise<typeof import('../top/app.ts')> {
  // Where these are set the library draws nothing before the end; there is a terminal, so it shall.
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) delete process.env[name];
  try {
    return await import('../top/app.ts');
  } catch (error) {
    const isMissing =
      error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new SupervisorError(
      'missing-library',
      'cannot draw a screen: the library ink is not installed',
      'npm install ink@6 react@19 beside drover, or use `drover status --watch`',
      error,
    );
  }
}

export const run = asRun(top);
