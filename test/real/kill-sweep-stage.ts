/** What the sweeps play on: three services that nobody else has, and managers that come and go. Real OS. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { built } from '../support/built.ts';
import { holdersOf, look, type Seen, withArgument } from '../support/oracle.ts';
import { type Deed, Manager, type Service, type Told } from './kill-sweep-manager.ts';

/** So many processes are the whole tree of a service. */
const sizes: Readonly<Record<Service, number>> = { plain: 1, daemon: 1, workers: 2 };
export const services = Object.keys(sizes) as Service[];

/** Whoever is one too many stays, however often one looks. */
const mostLooks = 100;
const betweenLooksMs = 50;

const host = fileURLToPath(new URL('../support/host.mjs', import.meta.url));
let scratch = '';
let stranger: ChildProcess | null = null;
const everyMarker: string[] = [];

/** To be called once by a file of tests. */
export function useStages(): void {
  beforeAll(() => {
    const { status } = spawnSync('strace', ['-V'], { stdio: 'ignore' });
    if (status !== 0) throw new Error('strace is needed for this test: apt install strace');
    scratch = mkdtempSync(join(tmpdir(), 'drover-sweep-'));
    stranger = spawn('sleep', ['86400'], { stdio: 'ignore' });
  });

  afterAll(() => {
    stranger?.kill('SIGKILL');
    for (const { pid } of everyMarker.flatMap(withArgument)) process.kill(pid, 'SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });
}

export interface Played {
  /** It was over before the call that was counted to. */
  readonly unharmed: boolean;
  readonly problems: readonly string[];
}

/** What went wrong, at which call. Ends when one gets through its life unharmed. */
export async function sweep(
  names: readonly string[],
  playOne: (stage: Stage, names: readonly string[], count: number) => Promise<Played>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  let next = 1;
  let kills = 0;
  let unharmed = false;
  const lane = async () => {
    // A few problems tell as much as a hundred of the same kind.
    while (!unharmed && problems.length < 5) {
      const count = next++;
      const stage = new Stage();
      const found = await playOne(stage, names, count);
      if (found.unharmed) unharmed = true;
      else kills++;
      problems.push(...found.problems.map((problem) => `${names[0]} ${count}: ${problem}`));
      stage.clear();
    }
  };
  // They mostly wait.
  await Promise.all(Array.from({ length: 2 * Math.min(2, availableParallelism()) }, lane));
  // Nothing of it need be unlinked; all else is surely done.
  if (kills === 0 && names[0] !== 'unlink') problems.push('nothing was ever killed');
  return problems;
}

/** For strace. */
export const injection = (names: readonly string[], count: number) => {
  // A name that this architecture has not is passed over for its question mark.
  const set = names.map((name) => `?${name}`).join(',');
  return ['-qq', '-o', '/dev/null', '-e', `inject=${set}:signal=SIGKILL:when=${count}`];
};

/** A state directory, three services that nobody else has, and managers that come and go. */
export class Stage {
  readonly #directory = mkdtempSync(join(scratch, 'stage-'));
  readonly #markers: Readonly<Record<Service, string>>;
  readonly #config = join(this.#directory, 'config.json');

  constructor() {
    // Seconds that nobody else sleeps for.
    const marker = (service: Service) =>
      `${86_400 + everyMarker.length}.${process.pid}${service.length}`;
    const markers = { plain: '', daemon: '', workers: '' };
    for (const service of services) {
      markers[service] = marker(service);
      everyMarker.push(markers[service]);
    }
    this.#markers = markers;
    const pidFile = join(this.#directory, 'daemon.pid');
    writeFileSync(this.#config, JSON.stringify(this.#definition(pidFile)));
    // Of an earlier life: its number is somebody else's by now.
    writeFileSync(pidFile, `${stranger?.pid}\n`);
  }

  path(name: string): string {
    return join(this.#directory, name);
  }

  /** `before`: the program, and its words, that runs the manager. */
  manage(deeds: readonly Deed[], before: readonly string[] = []): Manager {
    return new Manager([...before, process.execPath, host, built, this.#config, ...deeds]);
  }

  unlessAtMostOneTree(): string[] {
    return services
      .filter((service) => this.roots(service).length > 1)
      .map((service) => `${this.roots(service).length} trees of ${service} after the kill`);
  }

  /** A launcher whose daemon has written its PID file may take a moment to leave. */
  async unlessOneTreeSoon(told: Told | null): Promise<string[]> {
    for (let looks = 1; ; looks++) {
      const problems = this.#unlessOneTree(told);
      if (problems.length === 0 || looks === mostLooks) return problems;
      await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
    }
  }

  #unlessOneTree(told: Told | null): string[] {
    if (told === null) return ['the next manager did not start everything'];
    return services.flatMap((service) => {
      const seen = told.services.find(({ name }) => name === service);
      const roots = this.roots(service);
      const { length } = this.#living(service);
      const held = holdersOf(this.#lifeline(service)).length;
      if (seen?.state !== 'running') return [`${service} is ${seen?.state}`];
      const isRight = roots.length === 1 && length === sizes[service] && held === length;
      if (!isRight) return [`${service}: ${roots.length} trees, ${length} alive, ${held} holders`];
      return roots[0]?.pid === seen.pid ? [] : [`${service} is not process ${seen.pid}`];
    });
  }

  isOneTree(service: Service): boolean {
    const { length } = this.#living(service);
    return this.roots(service).length === 1 && length === sizes[service];
  }

  unlessNobody(): string[] {
    const left = services.flatMap((service) => {
      const alive = this.#living(service).map(({ pid }) => pid);
      const holders = holdersOf(this.#lifeline(service)).map(({ pid }) => pid);
      const isNobody = alive.length === 0 && holders.length === 0;
      return isNobody ? [] : [`${service} lives after the stop: ${alive}; ${holders} hold on`];
    });
    return look(stranger?.pid ?? 0) === null ? [...left, 'the stranger was killed'] : left;
  }

  clear(): void {
    for (const { pid } of services.flatMap((service) => this.#living(service))) {
      process.kill(pid, 'SIGKILL');
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #living(service: Service): readonly Seen[] {
    return withArgument(this.#markers[service]);
  }

  /** Those whose parent is not one of them. */
  roots(service: Service): readonly Seen[] {
    const all = this.#living(service);
    const pids = new Set(all.map(({ pid }) => pid));
    return all.filter(({ parent }) => !pids.has(parent));
  }

  #lifeline(service: Service): string {
    return join(this.#directory, `state/run/${service}.lifeline`);
  }

  #definition(pidFile: string) {
    const ready = { after: 20 };
    const { plain, daemon, workers } = this.#markers;
    const fork = 'sleep "$0" & echo $! >"$1.new"; mv "$1.new" "$1"';
    return {
      name: 'sweep',
      // What failed is started again at once: nothing is learned from waiting.
      defaults: { restart: { policy: 'always', delay: 10 } },
      stateDir: join(this.#directory, 'state'),
      services: {
        plain: { command: ['sleep', plain], ready },
        daemon: { type: 'forking', command: ['sh', '-c', fork, daemon, pidFile], pidFile, ready },
        workers: { command: ['sh', '-c', 'sleep "$0" & exec sleep "$0"', workers], ready },
      },
    };
  }
}
