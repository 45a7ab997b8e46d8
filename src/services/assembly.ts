/** Puts services and groups together into the tree that is run. */
import type { ChildSpec, GroupSpec, Name, ServiceSpec } from '../machines/vocabulary.ts';
import type { GroupFields } from './definition.ts';
import type { ParsedConfig } from './parse.ts';
import { resolveRestart } from './restarts.ts';
import type { StartOrder } from './start-order.ts';
import { rootName } from './tree.ts';

/** Longer than any one service may take, so that a database is not cut off by the default. */
export function shutdownMs(services: Iterable<ServiceSpec>): number {
  let longest = 60_000;
  for (const { stop } of services) {
    const steps = stop.steps.reduce((sum, { waitMs }) => sum + waitMs, 0);
    longest = Math.max(longest, steps + stop.killWaitMs);
  }
  return longest;
}

export function assemble(
  { groups }: ParsedConfig,
  services: ReadonlyMap<Name, ServiceSpec>,
  order: StartOrder,
): GroupSpec {
  const child = (name: Name): ChildSpec => ({
    spec: services.get(name) ?? group(name, groups.get(name) ?? null),
    needs: order.needs.get(name) ?? [],
  });
  const group = (name: Name, fields: GroupFields | null): GroupSpec => ({
    kind: 'group',
    name,
    description: fields?.description ?? null,
    strategy: fields?.strategy ?? 'one_for_one',
    intensity: fields?.intensity ?? 5,
    periodMs: fields?.period ?? 60_000,
    onExceeded: fields?.onExceeded ?? (name === rootName ? 'isolate' : 'escalate'),
    restart: resolveRestart(restartOf(fields), 'always'),
    children: (order.children.get(name) ?? []).map(child),
  });
  return group(rootName, null);
}

const restartOf = (fields: GroupFields | null) =>
  typeof fields?.restart === 'string' ? { policy: fields.restart } : fields?.restart;
