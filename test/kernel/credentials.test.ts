import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { resolveCredentials } from '../../src/kernel/credentials.ts';

describe('credentials', () => {
  it('gives a user without a group the group of its own account', () => {
    expect(resolveCredentials({ user: 'nobody', group: null })).toMatchObject({
      uid: 65_534,
      gid: 65_534,
    });
    const { uid, gid, username } = userInfo();
    expect(resolveCredentials({ user: username, group: null })).toMatchObject({ uid, gid });
  });

  it('takes numbers, as numbers and as text', () => {
    expect(resolveCredentials({ user: '0', group: 0 })).toMatchObject({ uid: 0, gid: 0 });
    expect(resolveCredentials({ user: 54_321, group: '54322' })).toEqual({
      uid: 54_321,
      gid: 54_322,
      groups: [],
    });
  });

  it('says which name nobody has', () => {
    expect(resolveCredentials({ user: 'no-such-user', group: null })).toMatchObject({
      problem: 'unknown-user',
    });
    expect(resolveCredentials({ user: 'nobody', group: 'no-such-group' })).toMatchObject({
      problem: 'unknown-group',
      reason: 'there is no group "no-such-group"; create it',
    });
  });

  it('never leaves a user that has no account in the group of root', () => {
    expect(resolveCredentials({ user: 54_321, group: null })).toMatchObject({
      problem: 'unknown-user',
      reason: 'there is no account with uid 54321 to take a group from; name a group',
    });
  });

  it('asks no tool with a name that it would take for an option', () => {
    for (const user of ['-s', '--help', '', 'a:b', 'a b', '-1', '1.5', '4294967295']) {
      expect(resolveCredentials({ user, group: 0 })).toMatchObject({ problem: 'unknown-user' });
    }
  });
});
