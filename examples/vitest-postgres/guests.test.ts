import { expect } from 'vitest';
import { test } from './database.ts';

test('nobody else has tables here', async ({ sql }) => {
  await sql('create table orders (guest text)');
  expect(await sql('select count(*) from orders')).toBe('0');
});
