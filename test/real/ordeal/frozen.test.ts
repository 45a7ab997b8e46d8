/**
 * Real processes that not even SIGKILL ends, for they are frozen: as if they slept in the
 * kernel, on a disk that does not answer. Nothing waits for them that need not, no second
 * copy is started, and as soon as they are thawed everything goes on.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Arena, first, second, useArenas } from './arena.ts';
import type { Answer, Host } from './host.ts';
import type { Service } from './look.ts';
import { Freezer } from './private-mount.ts';

useArenas();
let arena: Arena;
let freezer: Freezer;
let host: Host;

beforeEach(async () => {
  arena = new Arena({ stop: { grace_period: '200ms', kill_timeout: '200ms', sweep: '200ms' } });
  freezer = await new Freezer().mounted();
  host = arena.host();
});
afterEach(async () => {
  await freezer.thaw();
  freezer.end();
  await host.crash();
  arena.clear();
});

const stateOf = (answer: Answer | null, service: Service) =>
  answer?.services.find(({ name }) => name === service);
const others = first.filter((name) => name !== 'plain');

/** The answer of a manager that runs all of them, and the number of the one that is frozen. */
async function freeze(service: Service): Promise<number> {
  const answer = await host.ask('start');
  expect(await arena.unlessOneTreeEach(first, answer)).toEqual([]);
  await freezer.freeze(
    arena
      .look()
      .living(service)
      .map(({ pid }) => pid),
  );
  return stateOf(answer, service)?.pid ?? 0;
}

/** The manager has heard of its end. */
async function unfrozen(service: Service): Promise<void> {
  await expect
    .poll(async () => stateOf(await host.ask('status'), service)?.state, { timeout: 20_000 })
    .toBe('stopped');
}

it('is stuck, says why, and holds up nobody; thawed, it is stopped', async () => {
  const pid = await freeze('plain');
  const stopped = await host.ask('stop');
  expect(stopped?.error).toMatchObject({
    code: 'stuck',
    message: expect.stringMatching(/cannot stop "plain": .*SIGKILL/),
  });
  expect(stateOf(stopped, 'plain')).toMatchObject({
    ...{ state: 'stuck', pid },
    why: expect.stringMatching(/is stuck: .*no second copy/),
  });
  for (const name of others) expect(stateOf(stopped, name)?.state).toBe('stopped');

  const started = await host.ask('start', others);
  for (const name of others) expect(stateOf(started, name)?.state).toBe('running');
  expect(arena.look().mainOf('plain')).toContain(`${pid}@`);

  await freezer.thaw();
  await unfrozen('plain');
  const ended = await host.ask('stop');
  expect(ended?.error).toBeUndefined();
  expect(arena.unlessNobody()).toEqual([]);
});

it.each(['restart', 'start'] as const)(
  'is not there twice when it is to %s, and is there again once it is thawed',
  async (verb) => {
    const pid = await freeze('plain');
    if (verb === 'start') expect((await host.ask('stop', ['plain']))?.error?.code).toBe('stuck');
    const asked = await host.ask(verb, ['plain']);
    expect(asked?.error?.code).toBe('stuck');
    expect(stateOf(asked, 'plain')).toMatchObject({ state: 'stuck', desired: 'up', pid });
    expect(arena.look().living('plain')).toHaveLength(1);

    await freezer.thaw();
    const settled = await host.ask('settle', first);
    expect(await arena.unlessOneTreeEach(first, settled)).toEqual([]);
    expect(stateOf(settled, 'plain')?.pid).not.toBe(pid);
    expect((await host.ask('stop'))?.error).toBeUndefined();
    expect(arena.unlessNobody()).toEqual([]);
  },
);

it('is known to the next manager, which starts no second one either', async () => {
  const pid = await freeze('workers');
  expect((await host.ask('stop', ['workers']))?.error?.code).toBe('stuck');
  await host.crash();
  host = arena.host();
  await host.up;
  expect((await host.ask('restart', ['workers']))?.error?.code).toBe('stuck');
  const seen = arena.look();
  expect([seen.roots('workers')[0]?.pid, seen.living('workers').length]).toEqual([pid, 2]);
  await freezer.thaw();
  const settled = await host.ask('settle', first);
  expect(await arena.unlessOneTreeEach(first, settled)).toEqual([]);
  expect((await host.ask('stop'))?.error).toBeUndefined();
  expect(arena.unlessNobody()).toEqual([]);
});

it('keeps another configuration waiting, and is gone from it once it is thawed', async () => {
  const pid = await freeze('daemon');
  const before = arena.look();
  arena.change();
  expect((await host.ask('apply'))?.error?.code).toBe('stuck');
  const meanwhile = arena.look();
  for (const name of first) expect(meanwhile.mainOf(name)).toBe(before.mainOf(name));
  expect(meanwhile.mainOf('daemon')).toContain(`${pid}@`);
  await freezer.thaw();
  await unfrozen('daemon');
  expect((await host.ask('apply'))?.error).toBeUndefined();
  expect(await arena.unlessOneTreeEach(second, await host.ask('settle', second))).toEqual([]);
  expect((await host.ask('stop'))?.error).toBeUndefined();
  expect(arena.unlessNobody()).toEqual([]);
});
