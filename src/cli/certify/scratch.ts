/** The place where a service is certified: a directory of its own, and the service as it runs there. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProjectSpec, ServiceSpec } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import { loadProject } from '../../services/load.ts';
import { membersOf, servicesOf } from '../../services/members.ts';
import { didYouMean } from '../../services/suggestion.ts';
import { isMovable, type Needs, relocated } from './relocate.ts';

export interface Scratch {
  readonly directory: string;
  /** As the user has it. */
  readonly original: ServiceSpec;
  /** With the service and what it needs, in the scratch directory. */
  readonly project: ProjectSpec;
  readonly spec: ServiceSpec;
  /** It has its own data here, and a port of its own; else it is as it is configured. */
  readonly isMoved: boolean;
}

/** Rejects: `unknown-service`, `usage`, and whatever is wrong with the configuration. */
export async function makeScratch(
  file: string,
  service: string,
  withDependencies: boolean,
): Promise<Scratch> {
  const variables = { env: process.env };
  let isMoved = false;
  const whole = await loadProject(file, variables, {
    amend: (config) => {
      const { services } = config as { services?: Readonly<Record<string, unknown>> };
      isMoved = isMovable(services?.[service]);
      return config;
    },
  });
  const original = serviceIn(whole, service);
  const ports = [await freePort(), await freePort()] as const;
  const directory = makeDirectory();
  try {
    const kept = needsOf(whole, service, withDependencies);
    const move = { service, kept, stateDir: join(directory, 'state'), ports };
    const project = steady(
      await loadProject(file, variables, { amend: (config) => relocated(config, move) }),
    );
    return { directory, original, project, spec: serviceIn(project, service), isMoved };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

function serviceIn({ root }: ProjectSpec, name: string): ServiceSpec {
  const services = servicesOf(root);
  const found = services.find((one) => one.name === name);
  if (found === undefined) {
    const names = services.map((one) => one.name);
    const hint = didYouMean(name, names) ?? `there are ${names.join(', ')}`;
    throw new SupervisorError('unknown-service', `cannot certify "${name}": no such service`, hint);
  }
  if (found.type === 'oneshot') {
    const why = 'it does its work and ends, so there is nothing to be kept running';
    throw new SupervisorError(
      'usage',
      `cannot certify "${name}": ${why}`,
      'name a service that stays',
    );
  }
  return found;
}

/** Short, because the paths of sockets may not be long; users of services must get through. */
function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'drover-certify-'));
  chmodSync(directory, 0o711);
  mkdirSync(join(directory, 'second/run'), { recursive: true, mode: 0o711 });
  return directory;
}

function needsOf(
  { root }: ProjectSpec,
  service: string,
  withDependencies: boolean,
): ReadonlyMap<string, Needs> {
  const services = new Map(servicesOf(root).map((spec) => [spec.name, spec]));
  const members = membersOf(root);
  const kept = new Map<string, Needs>();
  const keep = (name: string): void => {
    if (kept.has(name)) return;
    const all = withDependencies ? (services.get(name)?.dependsOn ?? []) : [];
    const needs = all.flatMap(({ name: other, condition, restart }) =>
      (members.get(other) ?? [other]).map((one) => [one, { condition, restart }] as const),
    );
    kept.set(name, Object.fromEntries(needs));
    for (const [other] of needs) keep(other);
  };
  keep(service);
  return kept;
}

/** The experiments are more crashes than a service may have in a row. */
function steady(project: ProjectSpec): ProjectSpec {
  const children = project.root.children.map((child) => ({
    ...child,
    spec: { ...child.spec, restart: { ...child.spec.restart, intensity: 1_000 } },
  }));
  return { ...project, root: { ...project.root, intensity: 1_000, children } };
}

/** Below what the kernel gives to clients, so that nobody is given it meanwhile. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
