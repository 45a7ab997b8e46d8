/** What a manager that comes after another one does, and what it knows. */
import type { Name } from '../../machines/vocabulary.ts';
import type { Check } from './check.ts';

/** What runs on is adopted as it is: the same process. And only what is the service's own. */
export const adoptedAsItIs: Check = ({ system, facts }) => {
  /** Who was told to run when the last manager died, and as which process. */
  const left = new Map<Name, number>();
  return {
    heard(event) {
      if (event.type !== 'service.state' || event.from !== 'adopting' || event.pid === null) return;
      const { service, pid } = event;
      const { lifeline } = facts.of(service).spec;
      const origin = system.kernel.originAt(pid);
      if (origin !== null && origin !== lifeline) {
        system.fail('S14', `${service} adopted ${pid}, which is of ${origin}`);
      }
      const before = left.get(service);
      left.delete(service);
      if (before === undefined || before === pid || event.to !== 'running') return;
      if (system.kernel.originAt(before) !== lifeline) return;
      system.fail('S13', `${service} ran as ${before}, and was adopted as ${pid}`);
    },
    died() {
      for (const { name, pid, detail } of facts.services.values()) {
        left.delete(name);
        if (pid !== null && detail === 'running.healthy' && !facts.isForgetful) left.set(name, pid);
      }
    },
    acting(act) {
      // A new main process may take over by itself, and the world may send it away.
      if (act.do === 'reboot' || act.do === 'power-cut' || act.do === 'signal') left.clear();
      if (act.do === 'pid-file' || act.do === 'end') left.delete(act.name);
    },
  };
};

/** Only who has the state directory does anything. */
export const oneManager: Check = ({ system }) => {
  const check = (by: number | null, what: string) => {
    const holder = system.kernel.lockHolder(system.project.stateDir);
    if (by === null || holder === null || by === holder) return;
    system.fail('S15', `manager ${by} ${what}, and ${holder} has the state directory`);
  };
  return {
    spawned: ({ by, program }) => check(by, `started ${program}`),
    signalled: ({ by, signal }) => check(by, `sent ${signal}`),
    booted() {
      const ready = system.seats.filter(({ supervisor, manager }) => supervisor && manager.alive);
      if (ready.length > 1) system.fail('S15', 'two managers have the state directory');
    },
  };
};

/** What was acknowledged is known to the next manager; it can always begin. */
export const rememberedWishes: Check = ({ system, facts }) => ({
  booted({ supervisor }) {
    for (const name of facts.requirements.names) {
      if (supervisor === null || !facts.isKnown(name)) continue;
      const { desired } = supervisor.serviceStatus(name);
      const possible = facts.wishes.possible(name);
      const isPossible = possible.has(desired) || possible.has(null) || facts.isForgetful;
      if (!isPossible) {
        system.fail('S16', `${name} was asked to be ${[...possible]}, and is wanted ${desired}`);
      }
      // What runs is wanted where nobody is known to have said so: that is no wish on record.
      if (facts.isForgetful || possible.has(null)) facts.wishes.forget(name);
      else if (possible.size > 1) facts.wishes.learn(name, desired, system.now);
    }
  },
  refused({ refusal }) {
    if (refusal === 'already-managed') return;
    if (refusal === 'state-dir-unusable' && facts.isForgetful) return;
    system.fail('S16', `a manager cannot begin: ${refusal}`);
  },
});
