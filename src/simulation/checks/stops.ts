/** How services are ended: asked first, once, and given their time. */
import type { Name } from '../../machines/vocabulary.ts';
import { longestStopOf, slackMs } from '../bounds.ts';
import { downStatuses } from '../facts.ts';
import type { Operation } from '../onlooker.ts';
import type { Check } from './check.ts';

/** Only one that hangs in the kernel, or that we may not signal, cannot be ended. */
export const onlyTheUnreachableAreStuck: Check = ({ system, facts }) => {
  let thawedAt = -1;
  return {
    acting(act) {
      if (act.do === 'thaw') thawedAt = system.now;
    },
    heard(event) {
      if (event.type !== 'service.state' || event.to !== 'stuck') return;
      const { lifeline } = facts.of(event.service).spec;
      const alive = system.kernel.alive(lifeline);
      const isForbidden = !event.cause.startsWith('SIGKILL did not');
      // Nor has it had a moment since it could be reached again.
      if (thawedAt === system.now) return;
      // The end of an adopted one may not have been noticed yet.
      if (alive.length === 0 || isForbidden || alive.some(({ state }) => state === 'D')) return;
      system.fail('L1', `${event.service} is called stuck, and could be ended`, alive);
    },
  };
};

/** Every stop is answered in the time that its configuration gives it, whatever goes wrong. */
export const stopsEnd: Check = ({ system, facts }) => {
  const limits = new Map<Operation, number>();
  return {
    asked(operation) {
      if (operation.verb !== 'stop' && operation.verb !== 'kill') return;
      const longest = operation.names.map((name) => longestStopOf(system.services, name));
      limits.set(operation, system.now + slackMs + Math.max(0, ...longest));
    },
    settled: (operation) => void limits.delete(operation),
    died: () => limits.clear(),
    // What only waits has nothing to be waited for, unless it is pinned.
    acted(act) {
      if (act.do !== 'stop' || system.scenario.swarm.pins || system.supervisor === null) return;
      for (const name of act.names) {
        if (facts.of(name).status !== 'backoff' || facts.wishes.of(name) !== 'down') continue;
        system.fail('L1', `${name} was stopped, and waits on`);
      }
    },
    stepped() {
      for (const [{ verb, names }, limit] of limits) {
        if (system.now <= limit || facts.stopAllAt !== null) continue;
        system.fail('L1', `${verb} ${names} is not over after its time`);
      }
    },
  };
};

/** SIGKILL only after a graceful signal and its time, or because somebody said so. */
export const patience: Check = ({ system, facts }) => {
  const askedAt = new Map<Name, number>();
  const condemned = new Set<Name>();
  let last = '';
  const checkOnce = (whom: string, signal: string, at: number) => {
    const now = `${whom} ${signal} ${at}`;
    if (now === last) system.fail('S6', `${whom} was asked twice by ${signal}`);
    last = now;
  };
  return {
    acting(act) {
      if (act.do === 'kill') for (const name of act.names) condemned.add(name);
    },
    heard(event) {
      if (event.type !== 'service.state' || !downStatuses.has(event.to)) return;
      condemned.delete(event.service);
      askedAt.delete(event.service);
    },
    // After a reboot there may be another process, and another manager, of the same numbers.
    died() {
      last = '';
    },
    spawned({ lifeline, identity }) {
      const spec = lifeline === null ? undefined : system.byLifeline.get(lifeline);
      if (spec !== undefined && identity !== null) askedAt.delete(spec.name);
    },
    signalled({ lifeline, by, signal, at, pid }) {
      const spec = lifeline === null ? undefined : system.byLifeline.get(lifeline);
      if (spec === undefined || by === null) return;
      const { name, stop } = spec;
      const asks = stop.steps.flatMap((step) => ('signal' in step ? [step.signal] : []));
      if (asks.includes(signal) || signal === 'SIGTERM') {
        if (pid === facts.of(name).pid) checkOnce(`${name} (${pid})`, `${signal} by ${by}`, at);
        if (!askedAt.has(name)) askedAt.set(name, at);
      }
      if (signal !== 'SIGKILL' || condemned.has(name) || stop.waitReadyMs > 0) return;
      const { stopAllAt } = facts;
      if (stopAllAt !== null && at >= stopAllAt + system.project.shutdownTimeoutMs) return;
      const patience = Math.min(stop.sweepMs, ...stop.steps.map(({ waitMs }) => waitMs));
      const asked = askedAt.get(name);
      if (asked !== undefined && at - asked >= patience) return;
      system.fail('S6', `${name} was killed at ${at}, and asked at ${asked ?? 'no time'}`);
    },
  };
};
