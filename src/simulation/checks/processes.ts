/** What must be true of processes, whatever happens: whose they are, and how many. */
import type { Name } from '../../machines/vocabulary.ts';
import { downStatuses } from '../facts.ts';
import type { Check } from './check.ts';

/** Never two generations of one service alive at once. */
export const oneGeneration: Check = ({ system }) => ({
  spawned({ lifeline, identity }) {
    if (lifeline === null || identity === null) return;
    const alive = system.kernel.alive(lifeline);
    const [first] = alive;
    if (alive.some(({ spawn }) => spawn !== first?.spawn)) {
      system.fail('S1', `two generations of ${lifeline}`, alive);
    }
  },
});

/** Every signal hits a process that descends from a spawn of the service it is meant for. */
export const noStranger: Check = ({ system }) => ({
  signalled(signal) {
    if (signal.by === null || signal.origin === signal.lifeline) return;
    system.fail('S2', `${signal.signal} was sent to a stranger`, signal);
  },
});

/** No process of a service that durable state could not find: its lifeline has a name, and it holds it. */
export const knownBeforeBorn: Check = ({ system }) => ({
  spawned({ lifeline, identity, kind }) {
    if (identity === null || kind !== 'service') return;
    const isFifo = lifeline !== null && system.kernel.disk.get(lifeline)?.kind === 'fifo';
    if (!isFifo) system.fail('S3', `a process was born without a lifeline`, { lifeline, identity });
  },
});

/** That a service is to run is on record before it is started. */
export const intentFirst: Check = ({ system, facts }) => {
  let seen = 0;
  return {
    heard(event) {
      if (event.type !== 'service.wish' || event.wish !== 'up') return;
      const lifeline = facts.services.get(event.service)?.spec.lifeline;
      const early = system.kernel.history.spawns
        .slice(seen)
        .some((spawn) => spawn.lifeline === lifeline && spawn.identity !== null);
      if (early) system.fail('S3', `${event.service} was started, and then that was written down`);
    },
    stepped() {
      seen = system.kernel.history.spawns.length;
    },
  };
};

/** What is called down has no living process. */
export const downIsDead: Check = ({ system, facts }) => ({
  heard(event) {
    if (event.type !== 'service.state' || !downStatuses.has(event.to)) return;
    const { lifeline } = facts.of(event.service).spec;
    const alive = system.kernel.alive(lifeline);
    if (alive.length > 0) system.fail('S4', `${event.service} is ${event.to} and alive`, alive);
  },
  settled({ verb, outcome, names, askedAt }) {
    if (outcome !== 'ok' || (verb !== 'stop' && verb !== 'kill' && verb !== 'stop-all')) return;
    const stopped = verb === 'stop-all' ? facts.requirements.names : names;
    for (const name of stopped) {
      const { spec, askedAt: wantedAt, status } = facts.of(name);
      if (wantedAt >= askedAt || !downStatuses.has(status)) continue;
      const alive = system.kernel.alive(spec.lifeline);
      if (alive.length > 0) system.fail('S4', `the stop of ${name} is over, and it lives`, alive);
    }
  },
});

/** A process that died is noticed this soon: one tick of the slow poll, and a little. */
const noticedWithinMs = 2_000;

/** What is called running, is. */
export const runningIsAlive: Check = ({ system, facts }) => {
  const deadSince = new Map<Name, number>();
  return {
    stepped() {
      if (!system.isManaged) return deadSince.clear();
      for (const known of facts.services.values()) {
        const { name, status, detail, pid, spec } = known;
        const isLooking = detail === 'running.relocating';
        if (status !== 'running' || isLooking || pid === null) deadSince.delete(name);
        else if (system.kernel.originAt(pid) === spec.lifeline || isUpgraded(known))
          deadSince.delete(name);
        else if (!deadSince.has(name)) deadSince.set(name, system.now);
        else if (system.now - (deadSince.get(name) ?? 0) > noticedWithinMs) {
          system.fail(
            'S5',
            `${name} is ${detail} as pid ${pid}, and was dead at ${deadSince.get(name)}`,
          );
        }
      }
    },
  };
  /**
   * Its main process changed while it ran, which is no change of state; somebody of its tree must
   * live, and it is dead only when nobody does.
   */
  function isUpgraded({ spec }: { readonly spec: { readonly lifeline: string } }): boolean {
    return system.kernel.alive(spec.lifeline).length > 0;
  }
};

/** Nothing is removed but what is a manager's own. A PID file is its service's. */
export const ownFilesOnly: Check = ({ system }) => {
  const owned = system.services.flatMap(({ prepare }) =>
    prepare.flatMap(({ staging, removeStale }) => [
      ...removeStale,
      ...(staging === null ? [] : [staging.from]),
    ]),
  );
  const prefix = `${system.project.stateDir}/`;
  return {
    removed({ path }) {
      if (path.startsWith(prefix) || owned.includes(path)) return;
      system.fail('S17', `${path} was removed, and is nobody's here`);
    },
  };
};

/** A reported exit is how such a process ended, or is not known. */
export const trueExits: Check = ({ system, facts }) => ({
  heard(event) {
    if (event.type !== 'service.exited' || event.pid === null) return;
    const { code, signal } = event.exit;
    if (code === null && signal === null) return;
    const { lifeline } = facts.of(event.service).spec;
    const ends = system.kernel.history.exits.filter(({ origin }) => origin === lifeline);
    const isTrue = ends.some(({ exit }) => exit.code === code && exit.signal === signal);
    if (!isTrue) system.fail('S23', `${event.service} is said to have ended so`, event);
  },
});
