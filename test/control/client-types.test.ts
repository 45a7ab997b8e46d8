/** The client's methods have the types of the table. Nothing is sent. */
import { expect, expectTypeOf, it } from 'vitest';
import { connect, type Operation, verbs } from '../../src/control/client.ts';

const client = connect({ socket: '/nowhere/control.sock' });

it('has a method for each verb', () => {
  for (const name of Object.keys(verbs)) {
    expect(client[name as keyof typeof verbs]).toBeTypeOf('function');
  }
});

it('takes and gives what the table says', () => {
  expectTypeOf(client.start).returns.resolves.toEqualTypeOf<Operation>();
  expectTypeOf(client.why).parameter(0).toEqualTypeOf<{ readonly name: string }>();
  expectTypeOf(client.why).returns.resolves.toEqualTypeOf<{ name: string; why: string }>();
  expectTypeOf(client.status).toBeCallableWith();
  expectTypeOf(client.stop).toBeCallableWith({ names: ['nginx'], wait: false, timeoutMs: 10 });
  // @ts-expect-error reload needs names
  void client.reload({}).catch(() => {});
  // @ts-expect-error there is no such argument
  void client.stop({ name: 'nginx' }).catch(() => {});
});

it('rejects with daemon-not-reachable when nobody listens', async () => {
  await expect(client.status()).rejects.toMatchObject({ code: 'daemon-not-reachable' });
  const stream = client.events();
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'daemon-not-reachable',
  });
});
