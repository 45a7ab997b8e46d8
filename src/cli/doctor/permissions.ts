/** Asks whether the state directory can be used, and whether the accounts of services can reach it. */
import { accessSync, constants, existsSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findUser, listedGroupsOf } from '../../kernel/accounts.ts';
import type { ServiceSpec } from '../../machines/vocabulary.ts';
import { servicesOf } from '../../services/members.ts';
import type { Finding, Patient } from './finding.ts';

export function checkPermissions({ spec, stateDir }: Patient): readonly Finding[] {
  const services = spec === null ? [] : servicesOf(spec.root);
  return [
    ...stateDirFindings(stateDir),
    ...spaceFindings(stateDir),
    ...services.flatMap((service) => passage(service, stateDir)),
  ];
}

function stateDirFindings(stateDir: string): readonly Finding[] {
  const place = nearest(stateDir);
  const base = { service: null, level: 'error' as const };
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch {
    const message = `${place} cannot be written to, and the state is to be kept in ${stateDir}`;
    const advice = 'change its owner or mode, or write state_dir';
    return [{ ...base, code: 'state-not-writable', message, advice }];
  }
  const { uid, mode } = statSync(place);
  if (place !== stateDir) return [];
  const me = process.geteuid?.() ?? uid;
  if (uid !== me) {
    const message = `${stateDir} belongs to ${nameOf(uid)}, and drover runs as ${nameOf(me)}`;
    const advice = `run drover as ${nameOf(uid)}, or: chown -R ${nameOf(me)} ${stateDir}`;
    return [{ ...base, code: 'state-not-ours', message, advice }];
  }
  if ((mode & 0o066) === 0) return [];
  const message = `${stateDir} may be read or written by others (mode ${(mode & 0o777).toString(8)})`;
  return [{ ...base, code: 'state-open', message, advice: `chmod go-rw ${stateDir}` }];
}

const leastFree = 50 * 1024 ** 2;

function spaceFindings(stateDir: string): readonly Finding[] {
  const { bavail, bsize, ffree, files } = statfsSync(nearest(stateDir));
  const isFull = bavail * bsize < leastFree;
  if (!isFull && (files === 0 || ffree > 100)) return [];
  const what = isFull ? `${Math.round((bavail * bsize) / 1024 ** 2)} MB` : `${ffree} inodes`;
  const message = `only ${what} are free where the state is kept, ${stateDir}`;
  return [
    {
      code: 'disk-full',
      level: 'warning',
      service: null,
      message,
      advice: 'free some, or write state_dir',
    },
  ];
}

/** Every directory on the way must let the account of the service pass. */
function passage({ name, command, prepare }: ServiceSpec, stateDir: string): readonly Finding[] {
  const { credentials, cwd } = command;
  const user = credentials === null ? null : findUser(credentials.user);
  if (user === null || user.uid === 0) return [];
  const own = prepare.flatMap(({ directories }) => directories.map(({ path }) => path));
  const groups = new Set([user.gid, ...listedGroupsOf(user)]);
  const places = [cwd, ...own].flatMap((place) => parentsOf(place));
  const closed = [...new Set(places)]
    .filter((directory) => existsSync(directory))
    // What drover makes itself it makes passable at the next start.
    .filter((directory) => directory !== stateDir && !directory.startsWith(`${stateDir}/`))
    .filter((directory) => !mayPass(statSync(directory), user.uid, groups));
  return closed.map((directory) => ({
    code: 'no-passage',
    level: 'error' as const,
    service: name,
    message: `"${name}" runs as ${user.name}, who may not pass through ${directory}`,
    advice: `chmod o+x ${directory}, or keep the project or its state_dir elsewhere`,
  }));
}

function mayPass({ uid, gid, mode }: Stats, user: number, groups: ReadonlySet<number>): boolean {
  if (uid === user) return (mode & 0o100) !== 0;
  return (mode & (groups.has(gid) ? 0o010 : 0o001)) !== 0;
}

/** Itself, and up to the root. */
function parentsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [path] : [path, ...parentsOf(parent)];
}

function nearest(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearest(dirname(path));
}

const nameOf = (uid: number): string => findUser(uid)?.name ?? String(uid);
