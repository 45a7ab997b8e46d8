/**
 * The second half of a liveness run: nothing goes wrong any more, nobody asks for
 * anything new, and everything has to become what is wanted; then everything is
 * started, and then stopped, and nothing may be left.
 */
import type { Name } from '../machines/vocabulary.ts';
import { servicesOf } from '../services/members.ts';
import { longestRest, longestStopAll } from './bounds.ts';
import { downStatuses, type Known } from './facts.ts';
import type { Operation } from './onlooker.ts';
import type { Run } from './run.ts';

/** No program that goes wrong by itself takes longer to. */
const badEndsMs = 10_000;

export async function comeToRest(run: Run): Promise<void> {
  const { system } = run;
  const settleMs = longestRest(system.project);
  await calm(run, settleMs);
  const began = system.now;
  // What was started before goes its bad way yet, and is noticed.
  await until(run, () => false, badEndsMs);
  const isQuiet = await until(run, () => restless(run).length === 0, settleMs);
  if (!isQuiet) return fail(run, 'L6', `never at rest: ${describe(run, restless(run))}`);
  checkRest(run);
  run.restMs = system.now - began;
  await startAll(run, settleMs);
  await stopAll(run);
}

/** Whoever hung is well again, programs behave, the disk has room, and somebody is there to manage. */
async function calm(run: Run, settleMs: number): Promise<void> {
  const { system } = run;
  const { kernel, scenario } = system;
  system.note('all is calm');
  for (const [name, some] of Object.entries(scenario.calm)) kernel.script(name, ...some);
  await run.act({ do: 'heal' });
  for (const { name, lifeline } of system.services) {
    // As an act: whoever looks on is to know that it could not be ended until now.
    await run.act({ do: 'thaw', name });
    kernel.continueProcess(lifeline);
    kernel.silence(lifeline, false);
    if (run.facts.of(name).status === 'stuck') kernel.kill(lifeline);
  }
  for (const { manager } of system.seats)
    if (manager.alive) kernel.crashManagerAfter(Number.POSITIVE_INFINITY, manager);
  if (!system.isManaged) await run.act({ do: 'boot' });
  const isThere = await until(run, () => system.supervisor !== null, settleMs);
  if (!isThere) return fail(run, 'L4', 'no manager comes to be');
  // A change that is not answered yet may have brought somebody who has been pinned since.
  const there = servicesOf((system.supervisor?.spec ?? system.project).root);
  await run.act({ do: 'pin', names: there.map(({ name }) => name), pinned: false });
  await run.act({ do: 'apply', hash: 'h0', changed: [], missing: [] });
  const isApplied = await until(
    run,
    () => ![...system.operations].some(({ verb }) => verb === 'apply'),
    settleMs,
  );
  if (!isApplied) fail(run, 'L11', 'a configuration is never applied');
}

async function startAll(run: Run, settleMs: number): Promise<void> {
  const { system } = run;
  const names = run.facts.requirements.names;
  for (const { pidFile, name } of system.services) {
    // A stale one may name the very launcher of the next start, which is then taken for the daemon.
    const isUnused = downStatuses.has(run.facts.of(name).status);
    if (pidFile !== null && isUnused) system.kernel.disk.remove(pidFile.path);
  }
  let operation = await startOnce(run, names, settleMs);
  // A program from before the calm may have ended badly while it was waited for the others.
  if (lazyOf(run) !== undefined) operation = await startOnce(run, names, settleMs);
  const lazy = lazyOf(run);
  if (lazy !== undefined) {
    return fail(run, 'L4', `not up, though nothing is wrong any more: ${describe(run, [lazy])}`);
  }
  const { outcome = null, message = null } = operation ?? {};
  if (outcome !== 'ok') fail(run, 'L2', `all are up, and the start is ${outcome}: ${message}`);
  const degraded = system.supervisor?.status().degraded ?? [];
  if (degraded.length > 0) fail(run, 'L8', `still degraded: ${degraded}`);
}

async function startOnce(
  run: Run,
  names: readonly Name[],
  settleMs: number,
): Promise<Operation | undefined> {
  const operation = await ask(run, 'start', names);
  await until(run, () => operation()?.settledAt != null && restless(run).length === 0, settleMs);
  return operation();
}

function lazyOf({ facts }: Run): Name | undefined {
  return facts.requirements.names.find((name) => !isUp(facts.of(name)));
}

async function stopAll(run: Run): Promise<void> {
  const { system } = run;
  const began = system.now;
  const operation = await ask(run, 'stop-all', []);
  const limit = longestStopAll(system.project);
  await until(run, () => operation()?.settledAt != null && restless(run).length === 0, limit);
  if (operation()?.settledAt == null) return fail(run, 'L3', 'the stop of everything has no end');
  const { outcome, settledAt } = operation() as Operation;
  // What we may not signal is stuck, until the world lets go of it.
  if (outcome !== 'ok' && outcome !== 'stuck') {
    return fail(run, 'L3', `the stop of everything is ${outcome}`);
  }
  run.stopMs = (settledAt ?? began) - began;
  const alive = system.kernel.alive();
  if (alive.length > 0) return fail(run, 'L10', 'alive after all', alive);
  await run.until(() => false, 3_000);
  if (system.operations.size > 0) {
    return fail(
      run,
      'L11',
      `somebody waits for ever: ${[...system.operations].map(({ verb }) => verb)}`,
    );
  }
  if (system.kernel.zombies() > 0) return fail(run, 'L12', 'nobody asks for the dead');
  await leave(run);
}

async function leave(run: Run): Promise<void> {
  const { system } = run;
  const { supervisor } = system;
  if (supervisor === null) return;
  let isGone = false;
  supervisor.dispose({ services: 'leave' }).then(() => {
    isGone = true;
  });
  for (let turn = 0; turn < 20 && !isGone; turn += 1) await null;
  if (!isGone) fail(run, 'S24', 'it cannot be disposed of');
  // The last record is still on its way to the disk.
  await run.until(() => false, 1_000);
  for (const onlooker of system.onlookers) onlooker.ended?.();
}

/** Asks, and answers how to look at what became of it. */
async function ask(
  run: Run,
  verb: 'start' | 'stop-all',
  names: readonly Name[],
): Promise<() => Operation | undefined> {
  let mine: Operation | undefined;
  run.system.watch({
    asked: (operation) => {
      mine ??= operation;
    },
  });
  await run.act(verb === 'start' ? { do: 'start', names } : { do: 'stop-all' });
  return () => mine;
}

/** Only what no signal can reach may be stuck; the world lets go of it in the end. */
async function until(run: Run, isReached: () => boolean, limitMs: number): Promise<boolean> {
  const { system, facts } = run;
  const isStuck = ({ status }: Known) => status === 'stuck';
  const stuck = () => [...facts.services.values()].filter(isStuck);
  const end = system.now + limitMs;
  while (system.now < end && !run.isOver) {
    if (await run.until(() => isReached() || stuck().length > 0, end - system.now)) {
      if (isReached()) return true;
      // Another one may get stuck before these are gone, and has its turn after them.
      const released = stuck();
      for (const { spec } of released) {
        system.kernel.thaw(spec.lifeline);
        system.kernel.kill(spec.lifeline);
      }
      await run.until(() => !released.some(isStuck), 10_000);
      const left = released.find(isStuck);
      if (left !== undefined) {
        fail(run, 'L7', `${left.name} is gone, and still called stuck`);
        return false;
      }
    }
  }
  return isReached();
}

const moving: ReadonlySet<string> = new Set([
  ...['adopting', 'starting', 'stopping', 'killing', 'crashed', 'backoff', 'stuck'],
]);

/** A group that gave up comes back as a whole. */
const returning: ReadonlySet<string> = new Set(['crashed', 'backoff', 'stopping']);

function restless(run: Run): readonly Name[] {
  const { facts } = run;
  const groups = [...facts.groups].filter(([, status]) => returning.has(status));
  const services = definedOf(run).filter((name) => moving.has(facts.of(name).status));
  return [...services, ...groups.map(([name]) => name)];
}

/** Nothing moves: then everything is as it is wanted, or says why it is not. */
function checkRest(run: Run): void {
  const { facts } = run;
  for (const name of definedOf(run)) {
    const known = facts.of(name);
    const wish = facts.wishes.of(name);
    if (wish === 'down' && !downStatuses.has(known.status)) {
      fail(run, 'L6', `not wanted, and at rest as ${describe(run, [name])}`);
    }
    if (wish !== 'up' || isUp(known) || known.status === 'failed') continue;
    const waitsFor = facts.requirements.of([name]).filter((other) => other !== name);
    const isHeldUp = waitsFor.some((other) => !isUp(facts.of(other)));
    const groups = facts.requirements.groups.filter((group) =>
      facts.requirements.within(group).includes(name),
    );
    const isGivenUp = groups.some(
      (group) => facts.groups.get(group) === 'failed' || facts.groups.get(group) === 'stopped',
    );
    if (!isHeldUp && !isGivenUp) fail(run, 'L6', `wanted, and at rest as ${describe(run, [name])}`);
  }
}

const isUp = ({ status }: Known): boolean => status === 'running' || status === 'completed';

function definedOf({ facts }: Run): readonly Name[] {
  return facts.requirements.names.filter((name) => facts.isDefined(name));
}

function describe({ facts }: Run, names: readonly Name[]): string {
  const stateOf = (name: Name) => facts.services.get(name)?.detail ?? facts.groups.get(name);
  return names.map((name) => `${name} is ${stateOf(name)}`).join(', ');
}

function fail({ system }: Run, invariant: string, message: string, evidence?: unknown): void {
  system.fail(invariant, message, evidence);
}
