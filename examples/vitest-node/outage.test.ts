// A stack of one's own, to take it apart.
import { startServices } from 'drover/vitest';
import { expect, onTestFinished, test } from 'vitest';

test('the front says so when nobody counts, and goes on when somebody does', async () => {
  const stack = await startServices({
    ports: ['front', 'counter'],
    config: ({ front, counter }) => ({
      services: {
        counter: {
          command: 'node counter.mjs',
          environment: { PORT: counter },
          ready: { tcp: counter },
        },
        front: {
          command: 'node front.mjs',
          environment: { PORT: front, COUNTER_PORT: counter },
          ready: { tcp: front },
        },
      },
    }),
  });
  onTestFinished(() => stack.close());
  const visit = async () => (await fetch(`http://127.0.0.1:${stack.ports.front}/`)).text();

  expect(await visit()).toBe('you are visitor 1');
  await stack.kill('counter');
  expect(await visit()).toBe('nobody counts today');
  await stack.start('counter');
  expect(await visit()).toBe('you are visitor 1');
  expect(stack.log('front')).toContain('open');
});
