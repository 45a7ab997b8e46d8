/**
 * What has to happen now and then, or the simulation looks away: each condition is
 * counted, and each pair of a state and what came about in it.
 */
import type { Name } from '../machines/vocabulary.ts';
import type { Act } from './acts.ts';
import { downStatuses, type Facts } from './facts.ts';
import type { Onlooker, Operation, Seat } from './onlooker.ts';
import type { System } from './system.ts';

type Heard = Parameters<NonNullable<Onlooker['heard']>>[0];

/** Two things at nearly the same time. */
const racingMs = 500;

export class Sometimes implements Onlooker {
  readonly #counts = new Map<string, number>();
  readonly #pairs = new Map<string, number>();
  readonly #system: System;
  readonly #facts: Facts;
  /** By service: when it was last told to be ill, and when it last ended. */
  readonly #illAt = new Map<Name, number>();
  readonly #endedAt = new Map<Name, number>();
  /** Numbers of the main processes of services that are being stopped. */
  readonly #leaving = new Map<number, Name>();
  #hasCrashed = false;
  #damagedBy: string | null = null;

  constructor(system: System, facts: Facts) {
    this.#system = system;
    this.#facts = facts;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** `stopping x kill`: how often that came about. */
  get pairs(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#pairs);
  }

  acting(act: Act): void {
    const names =
      'names' in act ? act.names : 'name' in act ? [act.name] : this.#facts.requirements.names;
    if (act.do === 'damage') this.#damagedBy = act.part;
    if (act.do === 'strangers') this.#lookForReuse();
    if (this.#system.supervisor === null) return;
    for (const name of names) this.#meet(name, act);
  }

  heard(event: Heard): void {
    if (event.type === 'manager.degraded') this.#saw('the journal could not be written');
    if (event.type === 'manager.healed') this.#saw('the journal was written again');
    if (event.type === 'service.judged' && event.verdict === 'giveUp' && this.#hasCrashed) {
      if (event.message.includes('times within'))
        this.#saw('a restart limit was reached across a crash of the manager');
    }
    if (event.type === 'service.removed') this.#saw('a service was taken out');
    if (event.type === 'service.exited') this.#end(event.service);
    if (event.type === 'service.progress' && event.message === 'unhealthy')
      this.#fallIll(event.service);
    if (event.type === 'service.state') this.#move(event);
  }

  spawned({ problem }: Parameters<NonNullable<Onlooker['spawned']>>[0]): void {
    if (problem === 'out-of-resources') this.#saw('there was no process to be had');
    if (problem === 'log-not-writable') this.#saw('a log could not be opened');
  }

  refused({ refusal }: Seat): void {
    if (refusal === 'already-managed') this.#saw('a second manager was refused');
    else this.#saw(`a manager could not begin: ${refusal}`);
  }

  booted(): void {
    if (this.#damagedBy !== null)
      this.#saw(`a manager began with a journal damaged at: ${this.#damagedBy}`);
    this.#damagedBy = null;
    const { names } = this.#facts.requirements;
    if (names.some((name) => this.#facts.wishes.possible(name).size > 1)) {
      this.#saw('a manager began with wishes that may have been lost');
    }
    const isAdopting = [...this.#facts.services.values()].some(
      ({ status }) => status === 'adopting',
    );
    if (isAdopting) this.#saw('a manager looked for what runs');
  }

  died({ manager, supervisor }: Seat): void {
    this.#hasCrashed = true;
    if (manager.diedAt !== null) this.#saw(`a manager died instead of: ${manager.diedAt}`);
    if (supervisor === null) this.#saw('a manager died before it was there');
    const statuses = [...this.#facts.services.values()].map(({ status }) => status);
    if (statuses.includes('adopting')) this.#saw('a manager died while it looked for what runs');
  }

  settled({ verb, outcome }: Operation): void {
    if (outcome !== 'ok') this.#saw(`${verb} was answered: ${outcome}`);
  }

  #meet(name: Name, act: Act): void {
    const { status, detail, changedAt } = this.#facts.of(name);
    count(this.#pairs, `${status} x ${act.do}`);
    if (act.do === 'stop' && status === 'adopting')
      this.#saw('a stop came while it was looked for');
    if (act.do === 'start' && status === 'stuck')
      this.#saw('a start waits behind one that is stuck');
    if (act.do === 'signal' && act.signal === 'SIGUSR2' && status === 'stopping') {
      this.#saw('an upgrade came during a stop');
    }
    if (act.do === 'apply' && status === 'backoff') this.#saw('a change came during a backoff');
    if (act.do === 'apply' && act.missing.includes(name) && !downStatuses.has(status)) {
      this.#saw('a running service was taken out');
    }
    if (act.do === 'crash' && detail === 'starting.preparing')
      this.#saw('a manager died during a preparation');
    if (act.do === 'freeze' && changedAt === this.#system.now) this.#saw('a process hung at once');
  }

  #move(event: Heard & { readonly type: 'service.state' }): void {
    const { service, to, pid, from } = event;
    if (to === 'stuck') this.#saw('a process could not be ended');
    if (from === 'stuck' && to === 'stopped') this.#saw('one that was stuck ended late');
    if (from === 'adopting' && to === 'running') this.#saw('a running service was adopted');
    if (from === 'adopting' && to === 'crashed') this.#saw('a service had died unseen');
    if (event.detail === 'sweeping') this.#saw('what was left behind was swept');
    if ((to === 'stopping' || to === 'killing') && pid !== null) this.#leaving.set(pid, service);
    if (downStatuses.has(to)) {
      for (const [number, name] of this.#leaving)
        if (name === service) this.#leaving.delete(number);
    }
  }

  /** A stranger has got the number of a service that is on its way out, before its manager knows. */
  #lookForReuse(): void {
    for (const { identity } of this.#system.kernel.named('stranger')) {
      if (this.#leaving.has(identity.pid))
        this.#saw('a stranger got the number of a service during its stop');
      for (const { pid, status } of this.#facts.services.values()) {
        if (pid === identity.pid && status === 'adopting')
          this.#saw('a stranger got the number of a service between managers');
      }
    }
  }

  #fallIll(name: Name): void {
    this.#illAt.set(name, this.#system.now);
    if (this.#system.now - (this.#endedAt.get(name) ?? -racingMs) < racingMs)
      this.#saw('illness and exit came together');
  }

  #end(name: Name): void {
    this.#endedAt.set(name, this.#system.now);
    if (this.#system.now - (this.#illAt.get(name) ?? -racingMs) < racingMs)
      this.#saw('illness and exit came together');
  }

  #saw(what: string): void {
    count(this.#counts, what);
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}
