/** What the control panel offers, refuses and asks back about. */
import { describe, expect, it } from 'vitest';
import {
  dependentsOf,
  offersFor,
  questionFor,
  type Target,
  targetOf,
} from '../../../inspector/control/offers.ts';
import type { ServiceRow } from '../../../src/inspection/protocol.ts';

function row(name: string, more: Partial<ServiceRow> = {}): ServiceRow {
  return {
    name,
    group: 'root',
    state: 'running',
    detail: 'running.healthy',
    desired: 'up',
    pinned: false,
    pid: 1,
    startedAt: 0,
    restarts: 0,
    adopted: false,
    ready: true,
    healthy: true,
    failure: null,
    why: '',
    cpu: null,
    rss: null,
    dependsOn: [],
    ...more,
  };
}

const one = (name: string, more: Partial<ServiceRow> = {}): Target => ({
  name,
  kind: 'service',
  rows: [row(name, more)],
});

const free = (target: Target, canReload: boolean | null = true) =>
  offersFor(target, canReload)
    .filter(({ obstacle }) => obstacle === null)
    .map(({ verb }) => verb);

const obstacle = (target: Target, verb: string, canReload: boolean | null = null) =>
  offersFor(target, canReload).find((offer) => offer.verb === verb)?.obstacle;

describe('what is offered', () => {
  it('is what the state of a service has a use for', () => {
    expect(free(one('web'))).toEqual(['stop', 'restart', 'reload', 'kill', 'pin']);
    expect(free(one('web', { state: 'stopped', desired: 'down', pid: null }))).toEqual([
      'start',
      'restart',
      'pin',
    ]);
    expect(free(one('web', { state: 'failed', pid: null }))).toEqual([
      'start',
      'stop',
      'restart',
      'pin',
      'reset',
    ]);
    expect(free(one('web', { state: 'stuck' }))).toContain('kill');
  });

  it('is refused with the reason', () => {
    expect(obstacle(one('web'), 'start')).toBe('it is wanted already and is running');
    expect(obstacle(one('web'), 'reload', false)).toBe('its definition says no way to');
    expect(obstacle(one('web', { state: 'backoff' }), 'kill')).toBe(
      'it is backoff, so there is no process',
    );
    expect(obstacle(one('web', { state: 'stopped' }), 'start')).toBe(
      'it is wanted already and waits for what it needs',
    );
  });

  it('is nothing but to unpin or to kill what is pinned', () => {
    const pinned = one('web', { pinned: true });
    expect(free(pinned)).toEqual(['kill', 'unpin']);
    expect(obstacle(pinned, 'stop')).toBe('it is pinned; unpin it first');
  });

  it('is to a group what any of its services has a use for', () => {
    const rows = [row('a'), row('b', { state: 'stopped', desired: 'down' })];
    const group: Target = { name: 'all', kind: 'group', rows };
    expect(free(group)).toEqual(['start', 'stop', 'restart', 'kill', 'pin']);
    expect(obstacle(group, 'reload')).toBe(
      'not all of its services can be reloaded; of b: it is stopped, and only what is running can reload',
    );
    expect(obstacle({ name: 'none', kind: 'group', rows: [] }, 'start')).toBe(
      'there is no service in it',
    );
  });

  it('finds the services of a group at any depth', () => {
    const services = [row('a'), row('b'), row('c')];
    const groups = [
      { name: 'root', parent: null, state: 'running', strategy: '', members: ['inner', 'c'] },
      { name: 'inner', parent: 'root', state: 'running', strategy: '', members: ['a', 'b'] },
    ];
    expect(targetOf('root', services, groups)?.rows.map(({ name }) => name)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(targetOf('inner', services, groups)?.rows.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(targetOf('b', services, groups)?.kind).toBe('service');
    expect(targetOf('nobody', services, groups)).toBeNull();
  });
});

describe('what is asked back', () => {
  const all = [
    row('db'),
    row('api', { dependsOn: ['db'] }),
    row('web', { dependsOn: ['api'] }),
    row('idle', { dependsOn: ['db'], state: 'stopped' }),
  ];

  it('names everything up that stands on it, however far', () => {
    expect(dependentsOf(new Set(['db']), all)).toEqual(['api', 'web']);
    expect(dependentsOf(new Set(['web']), all)).toEqual([]);
  });

  it('is before a kill always, and before a stop where others go down with it', () => {
    const db = one('db');
    expect(questionFor('stop', db, [])).toBeNull();
    expect(questionFor('stop', db, ['api', 'web'])?.text).toEqual([
      'api and web need it and go down with it.',
    ]);
    expect(questionFor('kill', db, [])?.title).toBe('Kill db?');
    expect(questionFor('start', db, ['api'])).toBeNull();
  });
});
