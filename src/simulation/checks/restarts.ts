/** How often and how soon a service comes back, and that it does not come back unasked. */
import type { Name, ServiceSpec } from '../../machines/vocabulary.ts';
import type { SupervisorEvent } from '../../runtime/api.ts';
import type { Check } from './check.ts';

type Judged = SupervisorEvent & { readonly type: 'service.judged' };

/** Not more restarts in any period than its intensity, whatever becomes of managers meanwhile. */
export const boundedRestarts: Check = ({ system, facts }) => {
  const restarts = new Map<Name, number[]>();
  const forgive = (names: Iterable<Name>) => {
    for (const name of names) restarts.delete(name);
  };
  const forgiveGroup = (group: Name) => forgive(facts.requirements.within(group));
  const hear = ({ service, verdict }: Judged) => {
    const known = facts.services.get(service);
    if (verdict !== 'restart') return;
    // A group that comes back brings its members back, whatever became of them.
    if (known === undefined) return forgiveGroup(service);
    const { intensity, periodMs } = known.spec.restart;
    const recent = (restarts.get(service) ?? []).filter((at) => at > system.now - periodMs);
    restarts.set(service, [...recent, system.now]);
    if (recent.length + 1 <= intensity) return;
    system.fail('S7', `${service} was restarted ${recent.length + 1} times in ${periodMs} ms`);
  };
  return {
    acting(act) {
      if (act.do === 'reboot' || act.do === 'power-cut' || act.do === 'damage') restarts.clear();
      if (act.do === 'start' || act.do === 'restart') {
        const names = facts.requirements.of(act.names);
        forgive(names);
        for (const group of facts.requirements.groups) {
          const inside = facts.requirements.within(group);
          const isDown =
            facts.groups.get(group) !== undefined && facts.groups.get(group) !== 'running';
          if (isDown && inside.some((name) => names.includes(name))) forgive(inside);
        }
      }
      if (act.do === 'apply') restarts.clear();
    },
    heard(event) {
      if (event.type === 'service.judged') hear(event);
      // It may have been judged before anybody could hear of it.
      if (event.type === 'group.state' && event.from === 'backoff') forgiveGroup(event.group);
    },
    // What could not be written is not known to the next one.
    died() {
      if (facts.isForgetful) restarts.clear();
    },
  };
};

/** Who was asked to leave and leaves has not crashed, whatever code it leaves with. */
export const noStopIsACrash: Check = ({ system }) => {
  const asked = new Set<Name>();
  return {
    heard(event) {
      if (event.type !== 'service.state') return;
      const { service, to, detail, cause } = event;
      if (to === 'crashed' && asked.has(service)) {
        system.fail('S7', `${service} was stopped, and is said to have crashed`);
      }
      if (detail === 'stopping.asking' && cause.startsWith('asked for')) asked.add(service);
      else if (to !== 'stopping' && to !== 'killing') asked.delete(service);
    },
    died: () => asked.clear(),
  };
};

/** Not sooner after a crash than its first delay. */
export const noHurry: Check = ({ system, facts }) => {
  const crashes = new Map<Name, number>();
  const forget = (names: Iterable<Name>) => {
    for (const name of names) crashes.delete(name);
  };
  const least = ({ restart }: ServiceSpec) =>
    Math.floor(Math.min(restart.delayMs, restart.maxDelayMs) * (1 - restart.jitter)) - 1;
  /** Stopped with what it needs, it comes back with that, and not at a time of its own. */
  const isCutOff = (name: Name) =>
    facts.requirements.of([name]).some((one) => facts.wishes.of(one) !== 'up');
  return {
    acting(act) {
      if (act.do === 'start' || act.do === 'restart' || act.do === 'apply') crashes.clear();
    },
    // It starts only now what it brings, with what that needs.
    settled({ verb }) {
      if (verb === 'apply') crashes.clear();
    },
    // A new manager knows how often, but no longer when.
    died: () => crashes.clear(),
    heard(event) {
      // What stops as a whole comes back as a whole, whoever in it was waiting.
      if (event.type === 'group.state') forget(facts.requirements.within(event.group));
      // A changed configuration starts what it brings, and what that needs, only when it is through.
      if (event.type === 'service.wish' && event.wish === 'up') {
        forget(facts.requirements.of([event.service]));
      }
      if (event.type !== 'service.state') return;
      const { service, from, to } = event;
      if (to === 'crashed') crashes.set(service, system.now);
      if (to === 'stopped' && isCutOff(service)) crashes.delete(service);
      if (to !== 'starting') return;
      const crashedAt = crashes.get(service);
      crashes.delete(service);
      if (crashedAt === undefined || from === 'adopting') return;
      const waited = system.now - crashedAt;
      if (waited >= least(facts.of(service).spec)) return;
      system.fail('S8', `${service} crashed at ${crashedAt} and was started ${waited} ms later`);
    },
  };
};

/** Nobody is started who is not wanted. */
export const onlyWanted: Check = ({ system, facts }) => ({
  spawned({ lifeline, identity, kind }) {
    const spec = lifeline === null ? undefined : system.byLifeline.get(lifeline);
    if (spec === undefined || identity === null || kind !== 'service') return;
    // A pin keeps it on its way, and what it needs.
    if (facts.wishes.of(spec.name) === 'down' && !facts.isHeld(spec.name)) {
      system.fail('S9', `${spec.name} was started, and is not wanted`);
    }
  },
});
