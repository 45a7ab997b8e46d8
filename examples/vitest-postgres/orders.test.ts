import { expect } from 'vitest';
import { test } from './database.ts';

test('an order has a number', async ({ sql }) => {
  await sql('create table orders (id serial, what text)');
  expect(await sql("insert into orders (what) values ('tea') returning id")).toContain('1');
});

test('the next test begins with nothing', async ({ sql }) => {
  expect(await sql("select count(*) from pg_tables where tablename = 'orders'")).toBe('0');
});

test('what was committed is there after a crash of the server', async ({ sql, services }) => {
  await sql('create table orders (id serial, what text)');
  await sql("insert into orders (what) values ('tea')");
  await sql('checkpoint');
  await services.kill('db');
  await services.start('db');
  expect(await sql('select what from orders')).toBe('tea');
});
