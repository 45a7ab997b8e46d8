/** What a process does from its start on, as its script says. */
import { end, later } from './death.ts';
import type { Birth, Role, SimulatedProcess } from './process.ts';
import type { Daemonisation, PidFileScript, Program, WorkerScript } from './program.ts';
import type { World } from './world.ts';

interface Fork {
  readonly role: Role;
  readonly script: Program;
  readonly ownSession?: boolean;
  readonly outlivesParent?: Birth['outlivesParent'];
  readonly dropsListeners?: boolean;
}

/** null: there is no pid left for it. */
export function begin(world: World, birth: Birth): SimulatedProcess | null {
  const { clock } = world;
  const process = world.table.create(birth, clock.now(), clock.elapsed());
  if (process !== null && birth.script.dropsLifeline) world.table.dropLifeline(process);
  return process;
}

export function fork(world: World, parent: SimulatedProcess, what: Fork): SimulatedProcess | null {
  const { program, argv, origin, spawn } = parent.birth;
  const process = begin(world, {
    program,
    argv,
    origin,
    spawn,
    parent,
    script: what.script,
    role: what.role,
    lifeline: parent.lifeline,
    uid: what.script.uid ?? parent.uid,
    ownSession: what.ownSession ?? false,
    outlivesParent: what.outlivesParent ?? 'never',
  });
  if (process === null) return null;
  process.output = parent.output;
  process.captured = parent.captured;
  process.notified = parent.notified;
  if (what.dropsListeners !== true) world.sockets.share(parent, process);
  live(world, process);
  return process;
}

/** Sets everything going that the script says of this process. */
export function live(world: World, process: SimulatedProcess): void {
  const { daemonises } = process.script;
  if (daemonises !== undefined && process.birth.role === 'main') {
    launch(world, process, daemonises);
    return;
  }
  if (process.script.pidFile !== undefined) keepPidFile(world, process, process.script.pidFile);
  listen(world, process);
  talk(world, process);
  for (const worker of process.script.workers ?? []) employ(world, process, worker);
  endInTime(world, process);
}

function launch(world: World, launcher: SimulatedProcess, how: Daemonisation): void {
  const { forksAfterMs = 0, launcherExitsAfterMs = 1, launcherExitCode = 0 } = how;
  const ownSession = how.keepsSession !== true;
  later(world, launcher, forksAfterMs, () => {
    fork(world, launcher, { role: 'daemon', script: launcher.script, ownSession });
  });
  const exit = { code: launcherExitCode, signal: null };
  // Killed rather than clean: what its daemon has made is not the launcher's to remove.
  later(world, launcher, launcherExitsAfterMs, () => end(world, launcher, exit, 'killed'));
}

function keepPidFile(world: World, process: SimulatedProcess, file: PidFileScript): void {
  const { path, afterMs = 0, first, removedAfterMs } = file;
  const write = (content: string) => world.disk.put(path, content);
  if (first !== undefined) later(world, process, afterMs, () => write(first.content));
  const content = file.content ?? `${process.pid}\n`;
  later(world, process, afterMs + (first?.forMs ?? 0), () => write(content));
  if (removedAfterMs === undefined) return;
  later(world, process, removedAfterMs, () => world.disk.remove(path));
}

function listen(world: World, process: SimulatedProcess): void {
  const { listensOn = [], listensAfterMs = 0, answersAfterMs } = process.script;
  if (listensOn.length === 0) return;
  later(world, process, listensAfterMs, () => {
    for (const where of listensOn) bind(world, process, where);
  });
  if (answersAfterMs === undefined) return;
  process.silent = true;
  later(world, process, answersAfterMs, () => {
    process.silent = false;
  });
}

function bind(world: World, process: SimulatedProcess, where: number | string): void {
  if (!process.alive) return;
  const isPort = typeof where === 'number';
  const isStale = !isPort && world.disk.exists(where) && !process.listening.has(`unix:${where}`);
  const trips = isStale && process.script.tripsOverStaleSocket === true;
  if (trips || !world.sockets.bind(isPort ? `tcp:${where}` : `unix:${where}`, process)) {
    print(world, process, `cannot bind ${where}: address already in use`);
    end(world, process, { code: 1, signal: null }, 'clean');
  } else if (!isPort) {
    world.disk.make(where, 'socket');
  }
}

function talk(world: World, process: SimulatedProcess): void {
  const { prints = [], notifiesReadyAfterMs } = process.script;
  for (const { afterMs = 0, line } of prints) {
    later(world, process, afterMs, () => print(world, process, line));
  }
  if (notifiesReadyAfterMs === undefined) return;
  later(world, process, notifiesReadyAfterMs, () => process.notified?.({ READY: '1' }));
}

function print(world: World, process: SimulatedProcess, line: string): void {
  process.captured?.push(line);
  if (process.output !== null) world.disk.append(process.output, `${line}\n`);
}

function employ(world: World, process: SimulatedProcess, worker: WorkerScript): void {
  const { count = 1, afterMs = 0, program = {}, ...how } = worker;
  later(world, process, afterMs, () => {
    for (let n = 0; n < count; n += 1) {
      fork(world, process, { ...how, role: 'worker', script: program });
    }
  });
}

function endInTime(world: World, process: SimulatedProcess): void {
  const { exitsAfterMs, exitCode = 0, exitSignal, creates = [] } = process.script;
  for (const path of creates) if (path.endsWith('/')) world.disk.make(path, 'directory');
  if (exitsAfterMs === undefined) return;
  later(world, process, exitsAfterMs, () => {
    if (exitSignal !== undefined) {
      end(world, process, { code: null, signal: exitSignal }, 'killed');
      return;
    }
    if (exitCode === 0) for (const path of creates) createAtEnd(world, path);
    end(world, process, { code: exitCode, signal: null }, 'clean');
  });
}

function createAtEnd(world: World, path: string): void {
  if (!path.endsWith('/')) world.disk.put(path, '');
}
