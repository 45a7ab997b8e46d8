/** The screen itself: ink draws the lines, and tells which keys were pressed. Loaded for `drover top` alone. */
import { Box, render, Text, useInput } from 'ink';
import { createElement, useSyncExternalStore } from 'react';
import type { Screen } from '../render/screen.ts';
import type { Feed } from './feed.ts';
import { picture } from './picture.ts';
import { press, strokesOf } from './press.ts';
import type { Store } from './store.ts';
import { AlternateScreen } from './terminal.ts';

export interface Parts {
  readonly store: Store;
  readonly feed: Feed;
  readonly screen: Screen;
}

/** Resolves when the user leaves, or is made to; the terminal is then as it was. */
export async function runApp(parts: Parts): Promise<void> {
  const { stdout } = process;
  const terminal = new AlternateScreen(stdout);
  terminal.enter();
  const app = render(createElement(App, { ...parts, leave: () => app.unmount() }), {
    exitOnCtrlC: false,
    patchConsole: true,
  });
  const resized = (): void => {
    app.clear();
    terminal.wipe();
    parts.store.change({ columns: stdout.columns, rows: stdout.rows });
  };
  const leave = (): void => app.unmount();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, leave);
  stdout.on('resize', resized);
  try {
    await app.waitUntilExit();
  } finally {
    stdout.off('resize', resized);
    for (const signal of signals) process.off(signal, leave);
    terminal.leave();
  }
}

function App({ store, feed, screen, leave }: Parts & { readonly leave: () => void }) {
  const view = useSyncExternalStore(store.subscribe, store.get);
  useInput((input, key) => {
    for (const stroke of strokesOf(input)) {
      const { view: next, command, quit } = press(store.get(), stroke, key);
      if (quit === true) return leave();
      store.change(() => next);
      feed.followSelected();
      if (command !== undefined) void feed.perform(command);
    }
  });
  const lines = picture(screen, view, Date.now());
  return createElement(
    Box,
    { flexDirection: 'column', width: view.columns, height: lines.length, overflow: 'hidden' },
    ...lines.map((line, i) =>
      // An empty text would be a line of no height.
      createElement(Text, { key: `line-${i}`, wrap: 'truncate-end' }, line === '' ? ' ' : line),
    ),
  );
}
