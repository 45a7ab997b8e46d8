/** Asks whether the ports of the services are taken, and by whom. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isIP } from 'node:net';
import { type TcpAddress, tcpListeners } from '../../kernel/proc-net.ts';
import type { Check, ServiceSpec } from '../../machines/vocabulary.ts';
import { servicesOf } from '../../services/members.ts';
import type { Finding, Patient } from './finding.ts';

export function checkPorts({ spec, own }: Patient): readonly Finding[] {
  if (spec === null || process.platform !== 'linux') return [];
  const services = servicesOf(spec.root);
  return [
    ...services.flatMap((service) =>
      addressesOf(service).flatMap((address) => taken(service.name, address, own)),
    ),
    ...claimedTwice(services),
  ];
}

function taken(service: string, address: TcpAddress, own: ReadonlySet<number>): readonly Finding[] {
  const inodes = tcpListeners(address);
  if (inodes.size === 0) return [];
  const pids = holdersOf(inodes);
  if (pids.some((pid) => own.has(pid))) return [];
  const [pid] = pids;
  const who = pid === undefined ? 'a process that may not be looked into' : nameOf(pid);
  return [
    {
      code: 'port-taken',
      level: 'error',
      service,
      message: `port ${address.port} of "${service}" is taken by ${who}`,
      advice:
        pid === undefined
          ? `ask as root who has it: ss -ltnp 'sport = :${address.port}'`
          : `stop it, or give "${service}" another port`,
    },
  ];
}

function claimedTwice(services: readonly ServiceSpec[]): readonly Finding[] {
  const claims = new Map<number, string[]>();
  for (const service of services) {
    for (const { port } of addressesOf(service)) {
      const names = claims.get(port) ?? [];
      if (!names.includes(service.name)) claims.set(port, [...names, service.name]);
    }
  }
  return [...claims]
    .filter(([, names]) => names.length > 1)
    .map(([port, names]) => ({
      code: 'port-twice',
      level: 'error' as const,
      service: names[1] ?? null,
      message: `port ${port} is that of ${names.map((name) => `"${name}"`).join(' and ')}`,
      advice: 'give each a port of its own',
    }));
}

/** Where its own listener is asked; other checks may well ask somebody else's. */
function addressesOf({ ready, health }: ServiceSpec): readonly TcpAddress[] {
  const own = ready?.ownsListener === true ? [ready.check] : [];
  const checks = own.length > 0 ? own : ready === null && health !== null ? [health.check] : [];
  return checks.flatMap((check) => addressOf(check) ?? []);
}

function addressOf(check: Check): TcpAddress | null {
  if (check.kind === 'tcp') return numeric(check);
  if (check.kind === 'protocol' && check.at.kind === 'tcp') return numeric(check.at);
  if (check.kind !== 'http') return null;
  const { hostname, port, protocol } = new URL(check.url);
  return numeric({ host: hostname, port: Number(port || (protocol === 'https:' ? 443 : 80)) });
}

const numeric = ({ host, port }: TcpAddress): TcpAddress => {
  const bare = host.replace(/^\[|\]$/g, '');
  return { host: isIP(bare) === 0 ? '127.0.0.1' : bare, port };
};

function holdersOf(inodes: ReadonlySet<string>): readonly number[] {
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      entries(`/proc/${pid}/fd`).some((fd) => {
        const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${fd}`))?.[1];
        return inode !== undefined && inodes.has(inode);
      }),
    )
    .map(Number);
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function nameOf(pid: number): string {
  try {
    return `pid ${pid} (${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()})`;
  } catch {
    return `pid ${pid}`;
  }
}
