import type {} from 'drover/vitest';
import { expect, inject, test } from 'vitest';

const { ports } = inject('drover');

const visit = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${ports.FRONT_PORT}/`)).text();

test('a visitor has a number, and the next one the next', async () => {
  const number = Number((await visit()).split(' ').at(-1));
  expect(await visit()).toBe(`you are visitor ${number + 1}`);
});
