/** How long things may take at the most, by what the configuration says. */
import type { Name, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import { servicesOf } from '../services/members.ts';

/** Polls, jitter, and the syncs of a slow disk. */
export const slackMs = 5_000;

/** From being asked to stop to being gone, or called stuck. */
export function longestStop({ stop }: ServiceSpec): number {
  const asking = stop.steps.reduce((sum, { waitMs }) => sum + waitMs, 0);
  return stop.waitReadyMs + asking + stop.sweepMs + stop.killWaitMs;
}

/** One try, from its beginning to being ready or given up. */
export function longestStart({ prepare, pidFile, ready, settleMs }: ServiceSpec): number {
  const preparing = prepare.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
  return preparing + (pidFile?.waitMs ?? 0) + (ready?.timeoutMs ?? settleMs);
}

/** Everything that stands on one another, one after the other. */
export function longestStopAll(project: ProjectSpec): number {
  const services = servicesOf(project.root);
  const last = Math.max(0, ...services.map(({ stop }) => stop.killWaitMs + stop.sweepMs));
  return project.shutdownTimeoutMs + last + slackMs;
}

/** Until nothing moves any more: each has used up its restarts, one after the other. */
export function longestRest({ root }: ProjectSpec): number {
  return servicesOf(root).reduce((sum, spec) => {
    const { intensity, maxDelayMs } = spec.restart;
    const tries = (intensity + 1) * longestStart(spec) + intensity * maxDelayMs;
    return sum + tries + longestStop(spec);
  }, slackMs + 30_000);
}

/** The stop of one, with all that stands on it before. */
export function longestStopOf(services: readonly ServiceSpec[], name: Name): number {
  const dependents = services.filter(({ dependsOn }) =>
    dependsOn.some((need) => need.name === name),
  );
  const own = services.find((spec) => spec.name === name);
  const before = Math.max(0, ...dependents.map((spec) => longestStopOf(services, spec.name)));
  return before + (own === undefined ? 0 : longestStop(own));
}
