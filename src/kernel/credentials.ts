/**
 * Decides with which user, group and further groups a program runs or a file is owned.
 * Never with a user alone: the group would then still be root's.
 */
import type { Credentials } from '../machines/vocabulary.ts';
import { asId, findGroup, findUser, listedGroupsOf } from './accounts.ts';

/** Whom to become. `groups` has no duplicates and is without `gid`. */
export interface Identifiers {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface CredentialsProblem {
  readonly problem: 'unknown-user' | 'unknown-group';
  readonly reason: string;
}

/** A user without a group gets the group of its account, and all groups that list it. */
export function resolveCredentials(credentials: Credentials): Identifiers | CredentialsProblem {
  const user = findUser(credentials.user);
  const uid = user?.uid ?? asId(credentials.user);
  if (uid === null) return unknownUser(`there is no user "${credentials.user}"; create it`);

  const gid = credentials.group === null ? user?.gid : groupId(credentials.group);
  if (gid === null) return unknownGroup(credentials.group);
  if (gid === undefined) {
    return unknownUser(`there is no account with uid ${uid} to take a group from; name a group`);
  }
  const groups = new Set(user === null ? [] : listedGroupsOf(user));
  groups.delete(gid);
  return { uid, gid, groups: [...groups] };
}

function groupId(group: string | number): number | null {
  return findGroup(group)?.gid ?? asId(group);
}

function unknownUser(reason: string): CredentialsProblem {
  return { problem: 'unknown-user', reason };
}

function unknownGroup(group: string | number | null): CredentialsProblem {
  return { problem: 'unknown-group', reason: `there is no group "${group}"; create it` };
}
