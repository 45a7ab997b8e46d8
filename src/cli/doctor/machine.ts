/** Asks what the machine allows: the version of Node, open files, inotify, who is PID 1. */
import { readdirSync, readFileSync } from 'node:fs';
import { servicesOf } from '../../services/members.ts';
import type { Finding, Patient } from './finding.ts';

export function checkMachine({ spec }: Patient): readonly Finding[] {
  const count = spec === null ? 0 : servicesOf(spec.root).length;
  return [...nodeFindings(), ...openFileFindings(count), ...inotifyFindings(), ...initFindings()];
}

const leastNode = [20, 19] as const;

function nodeFindings(): readonly Finding[] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [least, leastMinor] = leastNode;
  if (major > least || (major === least && minor >= leastMinor)) return [];
  const message = `Node is ${process.versions.node}, and drover needs ${leastNode.join('.')}`;
  return [warning('old-node', message, 'install a later Node', 'error')];
}

/** A log, a lifeline and a pipe or two for each service, and room for a thousand clients. */
const filesPerService = 4;
const filesBeside = 256;

function openFileFindings(services: number): readonly Finding[] {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(read('/proc/self/limits'))?.[1] ?? Infinity);
  const needed = services * filesPerService + filesBeside;
  if (limit >= needed) return [];
  const message = `a process may open ${limit} files, and ${services} services may need ${needed}`;
  return [
    warning('few-open-files', message, `say \`ulimit -n ${needed * 2}\` before \`drover up\``),
  ];
}

/** Without an instance to watch with, files are looked at now and then instead. */
function inotifyFindings(): readonly Finding[] {
  const most = Number(read('/proc/sys/fs/inotify/max_user_instances'));
  if (!(most > 0)) return [];
  const used = instances();
  if (used + 4 < most) return [];
  const message = `${used} of ${most} inotify instances of this account are in use, so log files are polled`;
  const advice = `sysctl fs.inotify.max_user_instances=${most * 4}`;
  return [warning('few-inotify', message, advice)];
}

function instances(): number {
  const me = process.geteuid?.();
  return list('/proc')
    .filter((pid) => /^\d+$/.test(pid) && uidOf(pid) === me)
    .flatMap((pid) => list(`/proc/${pid}/fdinfo`).map((fd) => `/proc/${pid}/fdinfo/${fd}`))
    .filter((path) => read(path).includes('inotify')).length;
}

const uidOf = (pid: string): number =>
  Number(/^Uid:\s+\d+\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? -1);

/** As PID 1, Node never reaps the orphans of others. */
function initFindings(): readonly Finding[] {
  const name = read('/proc/1/comm').trim();
  if (!/^(?:node|drover|npm.*)$/.test(name)) return [];
  const message = `PID 1 of this container is ${name}, which leaves zombies of strangers for ever`;
  const advice = 'run the container with --init, or with tini or catatonit as its entrypoint';
  return [warning('no-init', message, advice)];
}

const warning = (
  code: string,
  message: string,
  advice: string,
  level: Finding['level'] = 'warning',
): Finding => ({ code, level, service: null, message, advice });

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
