/** What becomes of commands and questions. */
import type { Name } from '../../machines/vocabulary.ts';
import { downStatuses } from '../facts.ts';
import type { Operation } from '../onlooker.ts';
import type { Check } from './check.ts';

const isStop = (verb: string): boolean => verb === 'stop' || verb === 'kill' || verb === 'stop-all';
const isStart = (verb: string): boolean => verb === 'start' || verb === 'restart';

/** The last wish of all that were acknowledged is the one that holds. */
export const lastWishHolds: Check = ({ system, facts }) => ({
  acted(act) {
    const { supervisor } = system;
    if (supervisor === null || !('names' in act || act.do === 'look')) return;
    const names = 'names' in act ? act.names : facts.requirements.names;
    for (const name of names) {
      const wish = facts.wishes.of(name);
      if (wish === null || wish === 'unknown' || !facts.isKnown(name)) continue;
      const { desired } = supervisor.serviceStatus(name);
      if (desired !== wish)
        system.fail('S11', `${name} was asked to be ${wish}, and is wanted ${desired}`);
    }
  },
});

/** A command that is called off was called off by somebody. */
export const honestAnswers: Check = ({ system }) => {
  const asked: Operation[] = [];
  const settled = new WeakSet<Operation>();
  const isContrary = (one: Operation, other: Operation) =>
    other.verb === 'apply' ||
    (one.verb === 'apply' && (isStart(other.verb) || isStop(other.verb))) ||
    (isStart(one.verb) && isStop(other.verb)) ||
    (isStop(one.verb) && isStart(other.verb));
  return {
    asked: (operation) => void asked.push(operation),
    settled(operation) {
      if (settled.has(operation)) system.fail('S12', `${operation.verb} was settled twice`);
      settled.add(operation);
      if (operation.outcome !== 'cancelled') return;
      const others = asked.slice(asked.indexOf(operation) + 1);
      if (others.some((other) => isContrary(operation, other))) return;
      // Or by one that was asked before it and is still at work, or was there from the start.
      if (asked.some((other) => other !== operation && isContrary(operation, other))) return;
      system.fail('S12', `${operation.verb} ${operation.names} was cancelled by nobody`);
    },
  };
};

/** What is answered was so since it was asked: who is said to be started was up, who is said to be stopped was down. */
export const trueAnswers: Check = ({ system, facts }) => {
  const upAt = new Map<Name, number>();
  const downAt = new Map<Name, number>();
  /** It came up then, and was not merely so. */
  const cameAt = new Map<Name, number>();
  const since = (times: Map<Name, number>, name: Name, at: number) => (times.get(name) ?? -1) >= at;
  return {
    asked({ names }) {
      for (const name of names) {
        const { status } = facts.of(name);
        if (isUp(status)) upAt.set(name, system.now);
        if (downStatuses.has(status)) downAt.set(name, system.now);
      }
    },
    heard(event) {
      if (event.type !== 'service.state') return;
      if (isUp(event.to)) for (const times of [upAt, cameAt]) times.set(event.service, system.now);
      if (downStatuses.has(event.to)) downAt.set(event.service, system.now);
    },
    settled({ verb, outcome, names, askedAt }) {
      if (outcome !== 'ok') return;
      for (const name of names) {
        const { status } = facts.of(name);
        // A restart is answered by a process that was not there before.
        const wasUp =
          verb === 'restart'
            ? since(cameAt, name, askedAt)
            : isUp(status) || since(upAt, name, askedAt);
        const wasDown = downStatuses.has(status) || since(downAt, name, askedAt);
        if (!facts.isDefined(name)) continue;
        if (isStart(verb) && !wasUp)
          system.fail('L2', `${verb} ${name} is over, and it is ${status}`);
        if (isStop(verb) && !wasDown)
          system.fail('S4', `${verb} ${name} is over, and it is ${status}`);
      }
    },
  };
};

const isUp = (status: string): boolean => status === 'running' || status === 'completed';

/** Questions change nothing; nor does a configuration that cannot be applied, or is the same. */
export const noEffect: Check = ({ system }) => {
  let before: readonly number[] = [];
  let isQuiet = false;
  const measure = () => {
    const { signals, spawns, removals } = system.kernel.history;
    const journal = system.kernel.disk.get(`${system.project.stateDir}/journal.jsonl`);
    return [signals.length, spawns.length, removals.length, journal?.size ?? -1];
  };
  return {
    acting(act) {
      isQuiet = act.do === 'look' || act.do === 'apply-elsewhere';
      if (isQuiet) before = measure();
    },
    acted(act) {
      if (!isQuiet || measure().join() === before.join()) return;
      system.fail(act.do === 'look' ? 'S19' : 'S20', `${act.do} had an effect`);
    },
  };
};

/** What a changed configuration leaves as it is, is not touched by it. */
export const unchangedStay: Check = ({ system, facts }) => {
  let spawns: ReadonlyMap<Name, number> = new Map();
  return {
    acting(act) {
      if (act.do !== 'apply') return;
      spawns = new Map(
        facts.requirements.names.flatMap((name) => {
          const { spec, status, pid } = facts.of(name);
          const isSame = spec.hash === 'h0' && status === 'running' && pid !== null;
          return isSame ? [[name, pid] as const] : [];
        }),
      );
    },
    acted(act) {
      if (act.do !== 'apply' || system.supervisor === null) return;
      const { root } = system.scenario.project;
      if (act.changed.length > 0 || act.missing.length > 0 || act.hash !== '' || !root) return;
      for (const [name, pid] of spawns) {
        if (facts.of(name).pid !== pid) system.fail('S20', `${name} was touched without a change`);
      }
    },
  };
};
