/** When an operation is over for one service, and how. Each is a question about what is known now. */
import type { Name, Status } from '../machines/vocabulary.ts';
import { SupervisorError } from '../services/errors.ts';
import type { WaitTarget } from './api.ts';
import { done, failed, pending, type Verdict } from './operations.ts';
import type { Registry } from './registry.ts';
import { failureMessage, verdictMessage } from './wording.ts';

export type Judge = (name: Name) => Verdict;

const restStatuses: ReadonlySet<Status> = new Set(['stopped', 'completed', 'failed']);

/** `together`: what they depend on was asked for as well, and so may not be stopped meanwhile. */
export const judgeStart =
  (registry: Registry, together = true): Judge =>
  (name) => {
    if (!registry.has(name)) return noLongerDefined(name);
    const { view, spec } = registry.entry(name);
    const member = registry.member(name);
    if (view === null || member === null) return pending;
    if (view.status === 'completed' && !member.again) return done;
    if (view.status === 'running')
      return spec.type === 'oneshot' ? pending : isStaying(registry, name);
    if (member.pinned) return pinned('start', name, name);
    if (view.status === 'failed' && !member.again)
      return failed('start-failed', reason(registry, name));
    if (view.status === 'stuck') {
      return failed('stuck', `cannot start "${name}": what ran before is stuck`);
    }
    if (!member.wanted)
      return failed('cancelled', `the start of "${name}" was cancelled by a stop`);
    return member.view.status === 'stopped' ? unlessHopeless(registry, name, together) : pending;
  };

/** Somebody took it out of the configuration while others waited for it. */
const noLongerDefined = (name: Name): Verdict =>
  failed('cancelled', `nobody waits for "${name}" any more: it is no longer defined`);

/** A running service that is about to be restarted is not the one that was asked for. */
function isStaying(registry: Registry, name: Name): Verdict {
  const member = registry.member(name);
  return member?.recycling === true ? pending : done;
}

/** It waits for others; if one of them has failed, it waits in vain. */
function unlessHopeless(registry: Registry, name: Name, together: boolean): Verdict {
  for (const other of registry.withDependencies([name])) {
    if (other === name) continue;
    const member = registry.member(other);
    const { view } = registry.entry(other);
    if (together && member?.wanted === false) {
      return failed('cancelled', `the start of "${name}" was cancelled by a stop of "${other}"`);
    }
    const hasFailed = view?.status === 'failed' && member?.again !== true;
    if (hasFailed || view?.status === 'stuck') {
      return failed(
        'dependency-failed',
        `cannot start "${name}": it needs "${other}", and ${reason(registry, other)}`,
      );
    }
  }
  return pending;
}

function reason(registry: Registry, name: Name): string {
  const { view, notes } = registry.entry(name);
  const failure = view?.failure == null ? 'it failed' : failureMessage(view.failure);
  const verdict = notes.verdict?.kind === 'giveUp' ? `; it ${verdictMessage(notes.verdict)}` : '';
  const quote = notes.quote === null ? '' : `\n${indent(notes.quote)}`;
  const stranger = notes.stranger === null ? '' : `; ${notes.stranger}`;
  return `"${name}" failed: ${failure}${stranger}${verdict}${quote}`;
}

const indent = (text: string): string => text.replaceAll(/^/gm, '    ');

export const judgeStop =
  (registry: Registry): Judge =>
  (name) => {
    if (!registry.has(name)) return done;
    const { view } = registry.entry(name);
    const member = registry.member(name);
    if (view === null || member === null) return done;
    if (restStatuses.has(view.status)) return done;
    if (view.status === 'stuck') {
      const why = view.note ?? 'SIGKILL did not end it';
      return failed(
        'stuck',
        `cannot stop "${name}": ${why}`,
        'drover keeps trying, and starts no second copy',
      );
    }
    if (member.wanted) return failed('cancelled', `the stop of "${name}" was cancelled by a start`);
    // A pin keeps it where it crashed, and nothing of it is alive.
    if (member.pinned && (view.status === 'crashed' || view.status === 'backoff')) return done;
    return pending;
  };

/** A stop of some is held by pins, which one of everything is not. */
export const judgeStopOfSome =
  (registry: Registry): Judge =>
  (name) => {
    const verdict = judgeStop(registry)(name);
    if (verdict.kind !== 'pending') return verdict;
    const holder = registry.names.find(
      (other) => isHeldUp(registry, other) && registry.withDependencies([other]).includes(name),
    );
    return holder === undefined ? verdict : pinned('stop', name, holder);
  };

/** It is pinned, and does what it did. */
function isHeldUp(registry: Registry, name: Name): boolean {
  const status = registry.entry(name).view?.status;
  const isStanding = status === 'running' || status === 'starting';
  return isStanding && registry.member(name)?.pinned === true;
}

/** Before anything is done of a change that a pin would stop half-way. Throws `pinned`. */
export function mustNotBeHeld(registry: Registry, names: readonly Name[]): void {
  const held = names.find((name) => isHeldUp(registry, name));
  if (held === undefined) return;
  throw new SupervisorError(
    'pinned',
    `cannot apply: "${held}" would have to be stopped, and is pinned`,
    `drover unpin ${held} lets go of it`,
  );
}

function pinned(verb: string, name: Name, holder: Name): Verdict {
  const who = holder === name ? 'it' : `"${holder}" needs it and`;
  return failed(
    'pinned',
    `cannot ${verb} "${name}": ${who} is pinned`,
    `drover unpin ${holder} lets go of it, and then it happens`,
  );
}

/** Another process than before, and ready. */
export function judgeRestart(registry: Registry, names: readonly Name[]): Judge {
  const before = new Map(names.map((name) => [name, registry.entry(name).view?.startedAt ?? null]));
  const judge = judgeStart(registry);
  return (name) => {
    if (!registry.has(name)) return noLongerDefined(name);
    const { view } = registry.entry(name);
    const isNew = view?.startedAt !== null && view?.startedAt !== before.get(name);
    if (!isNew && isHeldUp(registry, name)) return pinned('restart', name, name);
    const verdict = judge(name);
    return verdict.kind === 'done' && !isNew ? pending : verdict;
  };
}

export const judgeReload =
  (registry: Registry): Judge =>
  (name) => {
    if (!registry.has(name)) return noLongerDefined(name);
    const { view } = registry.entry(name);
    if (view?.state.endsWith('reloading') === true) return pending;
    if (view?.note?.startsWith('reload refused') === true) {
      return failed(
        'reload-failed',
        `cannot reload "${name}": ${view.note}`,
        'it runs on as it was',
      );
    }
    return view?.status === 'running'
      ? done
      : failed('not-running', `cannot reload "${name}": it is not running any more`);
  };

export function judgeTarget(registry: Registry, target: WaitTarget): Judge {
  return (name) => {
    if (!registry.has(name)) return noLongerDefined(name);
    const { view } = registry.entry(name);
    if (view === null) return pending;
    if (target === 'ready') return isReady(view.status) ? done : orNever(registry, name, target);
    if (target === 'healthy') return view.healthy ? done : orNever(registry, name, target);
    return view.status === target ? done : orNever(registry, name, target);
  };
}

const isReady = (status: Status): boolean => status === 'running' || status === 'completed';

/** A wait for something that nobody is working on would never end. */
function orNever(registry: Registry, name: Name, target: WaitTarget): Verdict {
  const { view } = registry.entry(name);
  const isFinal = view?.status === 'failed' || view?.status === 'completed';
  if (!isFinal || registry.member(name)?.again === true) return pending;
  return failed('never', `"${name}" will not be ${target}: it is ${view?.status}`);
}
