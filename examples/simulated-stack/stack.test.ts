// How the stack of drover.yaml behaves, in virtual time: nothing of it is installed or started.
import { rehearse, simulate } from 'drover/simulation';
import { expect, test } from 'vitest';

const up = async () => {
  const stack = await rehearse('drover.yaml');
  await stack.run(stack.supervisor.start());
  return stack;
};

test('comes up in the order of its dependencies', async () => {
  const { history } = await up();
  expect(history.filter((line) => line.endsWith('running'))).toEqual([
    'db running',
    'api running',
    'web running',
  ]);
});

test('gives the api new connections when the database was restarted', async () => {
  const stack = await up();
  await stack.crash('db');
  await stack.advance(30_000);
  expect(stack.history).toContain('api stopping');
  expect(['db', 'api', 'web'].map(stack.state)).toEqual(['running', 'running', 'running']);
});

test('gives up an api that crashes on and on, and says why', async () => {
  const stack = await up();
  stack.behave('api', { exitsAfterMs: 2_000, exitCode: 1 });
  await stack.crash('api');
  await stack.advance(60_000);
  expect(stack.state('api')).toBe('failed');
  expect(stack.supervisor.why('api')).toContain('3 times within 60 s');
  expect(stack.state('db')).toBe('running');
});

test('is down within its grace period, also when the api does not listen', async () => {
  const stack = await rehearse('drover.yaml');
  stack.behave('api', { deafTo: ['SIGTERM'] });
  await stack.run(stack.supervisor.start());
  const asked = stack.now();
  await stack.run(stack.supervisor.stop());
  expect(stack.now() - asked).toBeLessThan(25_000);
  expect(stack.kernel.alive()).toEqual([]);
});

test('comes to rest after any trouble with its programs', async () => {
  const faults = ['programs', 'signals', 'pidFiles'] as const;
  const { project } = await rehearse('drover.yaml');
  for (let seed = 1; seed <= 10; seed += 1) {
    const { broken } = await simulate({ project, seed, mode: 'liveness', faults });
    expect(broken, `seed ${seed}`).toBeNull();
  }
});
