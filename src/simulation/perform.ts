/** Does to a system what an act says. */
import type { ChildSpec, GroupSpec, Name, ProjectSpec } from '../machines/vocabulary.ts';
import type { Act } from './acts.ts';
import { programOf } from './good-programs.ts';
import type { System } from './system.ts';

export function perform(system: System, act: Act): void {
  const { kernel } = system;
  switch (act.do) {
    case 'start':
      return system.ask('start', act.names, (one) => one.start(act.names));
    case 'stop':
      return system.ask('stop', act.names, (one) => one.stop(act.names));
    case 'stop-all':
      return system.ask('stop-all', [], (one) => one.stop());
    case 'restart':
      return system.ask('restart', act.names, (one) => one.restart(act.names));
    case 'reload':
      return system.ask('reload', act.names, (one) => one.reload(act.names));
    case 'kill':
      return system.ask('kill', act.names, (one) => one.kill(act.names));
    case 'signal':
      return system.ask('signal', [act.name], (one) => one.signal(act.name, act.signal));
    case 'pin':
      return system.ask('pin', act.names, (one) => one.pin(act.names, act.pinned));
    case 'apply': {
      const next = changed(system.scenario.project, act.hash, act.changed, act.missing);
      return system.ask('apply', [...act.changed, ...act.missing], (one) => {
        system.project = next;
        return one.apply(next);
      });
    }
    case 'apply-elsewhere': {
      const next = { ...system.project, stateDir: '/elsewhere' };
      return system.ask('apply-elsewhere', [], (one) => one.apply(next));
    }
    case 'look':
      return look(system);
    case 'boot':
    case 'rival':
      return system.boot();
    case 'crash':
      return system.seats
        .filter(({ manager }) => manager.alive)
        .forEach(({ manager }) => {
          kernel.crashManager(manager);
        });
    case 'crash-after': {
      const seat = system.seats.findLast(({ manager }) => manager.alive);
      return seat && kernel.crashManagerAfter(act.calls, seat.manager);
    }
    case 'reboot':
      return kernel.reboot();
    case 'power-cut':
      return kernel.cutPower();
    case 'strangers':
      return bear(system, act.lives);
    case 'shortage':
      return kernel.failSpawns('out-of-resources', act.times);
    case 'fault':
      return kernel.fault(act.fault);
    case 'heal':
      return kernel.clearFaults();
    case 'damage':
      return damage(system, act.part);
    case 'set-clock':
      return kernel.clock.jumpWall(act.byMs);
    default:
      return touch(system, act);
  }
}

type Touch = Extract<
  Act,
  { do: 'end' | 'suspend' | 'resume' | 'freeze' | 'thaw' | 'silence' | 'pid-file' }
>;

function touch({ kernel, services }: System, act: Touch): void {
  const spec = services.find(({ name }) => name === act.name);
  if (spec === undefined) return;
  const main = programOf(spec.command);
  const { lifeline, pidFile } = spec;
  switch (act.do) {
    case 'end':
      return kernel.kill(act.tree ? lifeline : main);
    case 'suspend':
      return kernel.stopProcess(main);
    case 'resume':
      return kernel.continueProcess(lifeline);
    case 'freeze':
      return kernel.freeze(main);
    case 'thaw':
      return kernel.thaw(lifeline);
    case 'silence':
      return kernel.silence(lifeline, act.silent);
    case 'pid-file': {
      if (pidFile === null) return;
      const stranger = kernel.named('stranger').at(-1)?.identity.pid ?? 1;
      if (act.content === null) return kernel.disk.remove(pidFile.path);
      return kernel.disk.put(pidFile.path, act.content.replace('stranger', String(stranger)));
    }
  }
}

/** Questions may be asked at any time, and change nothing: that they do not, is looked at elsewhere. */
function look({ supervisor }: System): void {
  if (supervisor === null) return;
  const [first] = supervisor.status().services;
  supervisor.history({ limit: 5 });
  if (first !== undefined) supervisor.processes(first.name);
}

function bear({ kernel, isManaged, scenario }: System, lives: readonly number[]): void {
  const isCrowded = () => kernel.count('stranger') >= 16;
  for (const exitsAfterMs of lives) {
    // While nobody manages, generations of them may pass, until every number was somebody's.
    if (isCrowded() && !isManaged) kernel.clock.advance(2);
    if (isCrowded() || !isBorn(kernel, exitsAfterMs)) break;
  }
  // And those that died of it give their numbers back.
  if (!isManaged) kernel.clock.advance((scenario.kernel.initReapsAfterMs ?? 0) + 2);
}

/** False: there is no number left. */
function isBorn(kernel: System['kernel'], exitsAfterMs: number): boolean {
  try {
    kernel.bear('stranger', { exitsAfterMs });
    return true;
  } catch {
    return false;
  }
}

/** Of the journal, as by a disk that lies: what is gone was acknowledged. */
function damage({ kernel: { disk }, project }: System, part: 'end' | 'middle' | 'all'): void {
  const path = `${project.stateDir}/journal.jsonl`;
  const text = disk.text(path);
  if (text === null) return;
  const half = Math.floor(text.length / 2);
  if (part === 'all') disk.remove(path);
  else if (part === 'end') disk.put(path, text.slice(0, -40));
  else disk.put(path, `${text.slice(0, half)}${text.slice(half + 30)}`);
  disk.sync(path);
}

/** The same services in the same places, described anew. */
export function changed(
  project: ProjectSpec,
  hash: string,
  names: readonly Name[],
  missing: readonly Name[],
): ProjectSpec {
  const describe = (group: GroupSpec): GroupSpec => ({
    ...group,
    children: group.children.flatMap((child): ChildSpec[] => {
      const { spec } = child;
      if (spec.kind === 'group') return [{ ...child, spec: describe(spec) }];
      if (missing.includes(spec.name)) return [];
      return [names.includes(spec.name) ? { ...child, spec: { ...spec, hash } } : child];
    }),
  });
  return { ...project, root: describe(project.root) };
}
