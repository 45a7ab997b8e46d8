/**
 * Real processes: the manager is killed at its k-th clone, write, rename and unlink, for
 * every k, in a whole life of three services. Killing it at random moments nearly never
 * meets the millisecond between a spawn and its record; counting system calls always does.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { built } from '../support/built.ts';
import { holdersOf, look, type Seen, withArgument } from '../support/oracle.ts';

/** Each with the names that it has on the architectures of Linux. */
const systemCalls = [
  ['clone', 'vfork', 'fork'],
  ['write'],
  ['rename', 'renameat', 'renameat2'],
  ['unlink', 'unlinkat'],
] as const;

/** So many processes are the whole tree of a service. */
const sizes = { plain: 1, daemon: 1, workers: 2 } as const;
type Service = keyof typeof sizes;
const services = Object.keys(sizes) as Service[];

const host = fileURLToPath(new URL('../support/host.mjs', import.meta.url));
const minutes = 60_000;
let scratch = '';
let stranger: ChildProcess | null = null;
const everyMarker: string[] = [];

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

for (const names of systemCalls) {
  it(`keeps one tree of each service when killed at any ${names[0]} of start and stop`, {
    timeout: 5 * minutes,
  }, async () => {
    expect(await sweep(names, [])).toEqual([]);
  });
}

it('keeps one tree of each service when killed at any write of adoption and stop', {
  timeout: 5 * minutes,
}, async () => {
  expect(await sweep(['write'], ['start', 'leave'])).toEqual([]);
});

/** What went wrong, at which call. Ends when a manager gets through its life unharmed. */
async function sweep(names: readonly string[], before: readonly Deed[]): Promise<string[]> {
  const problems: string[] = [];
  let next = 1;
  let kills = 0;
  let unharmed = false;
  const lane = async () => {
    // A few problems tell as much as a hundred of the same kind.
    while (!unharmed && problems.length < 5) {
      const count = next++;
      const stage = new Stage();
      const found = await playOne(stage, names, count, before);
      if (found.unharmed) unharmed = true;
      else kills++;
      problems.push(...found.problems.map((problem) => `${names[0]} ${count}: ${problem}`));
      stage.clear();
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
  // Nothing of it need be unlinked; all else is surely done.
  if (kills === 0 && names[0] !== 'unlink') problems.push('no manager was ever killed');
  return problems;
}

async function playOne(
  stage: Stage,
  names: readonly string[],
  count: number,
  before: readonly Deed[],
) {
  const problems: string[] = [];
  if (before.length > 0) await stage.manage(before).ended;
  const first = stage.manage(['start', 'stop'], injection(names, count));
  const { code, signal } = await first.ended;
  const unharmed = code === 0;
  if (!unharmed && signal !== 'SIGKILL') problems.push(`failed by itself: ${first.complaints()}`);
  problems.push(...stage.unlessAtMostOneTree());

  const second = stage.manage(['start', 'wait', 'stop']);
  const started = await second.told('start');
  problems.push(...stage.unlessOneTree(started));
  second.goOn();
  const end = await second.ended;
  if (end.code !== 0) problems.push(`the next manager failed: ${second.complaints()}`);
  problems.push(...stage.unlessNobody());
  return { unharmed, problems };
}

const injection = (names: readonly string[], count: number) => {
  // A name that this architecture has not is passed over for its question mark.
  const set = names.map((name) => `?${name}`).join(',');
  return ['-qq', '-o', '/dev/null', '-e', `inject=${set}:signal=SIGKILL:when=${count}`];
};

type Deed = 'start' | 'stop' | 'leave' | 'wait';

interface Told {
  readonly deed: Deed;
  readonly services: readonly { name: Service; state: string; pid: number | null }[];
}

/** A state directory, three services that nobody else has, and managers that come and go. */
class Stage {
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

  manage(deeds: readonly Deed[], underStrace: readonly string[] = []): Manager {
    const words = [process.execPath, host, built, this.#config, ...deeds];
    return new Manager(underStrace.length === 0 ? words : ['strace', ...underStrace, ...words]);
  }

  unlessAtMostOneTree(): string[] {
    return services
      .filter((service) => this.#roots(service).length > 1)
      .map((service) => `${this.#roots(service).length} trees of ${service} after the kill`);
  }

  unlessOneTree(told: Told | null): string[] {
    if (told === null) return ['the next manager did not start everything'];
    return services.flatMap((service) => {
      const seen = told.services.find(({ name }) => name === service);
      const roots = this.#roots(service);
      const { length } = this.#living(service);
      const held = holdersOf(this.#lifeline(service)).length;
      if (seen?.state !== 'running') return [`${service} is ${seen?.state}`];
      const isRight = roots.length === 1 && length === sizes[service] && held === length;
      if (!isRight) return [`${service}: ${roots.length} trees, ${length} alive, ${held} holders`];
      return roots[0]?.pid === seen.pid ? [] : [`${service} is not process ${seen.pid}`];
    });
  }

  unlessNobody(): string[] {
    const left = services
      .filter((service) => {
        const holders = holdersOf(this.#lifeline(service));
        return this.#living(service).length > 0 || holders.length > 0;
      })
      .map((service) => `${service} lives after the stop`);
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
  #roots(service: Service): readonly Seen[] {
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
      stateDir: join(this.#directory, 'state'),
      services: {
        plain: { command: ['sleep', plain], ready },
        daemon: { type: 'forking', command: ['sh', '-c', fork, daemon, pidFile], pidFile, ready },
        workers: { command: ['sh', '-c', 'sleep "$0" & exec sleep "$0"', workers], ready },
      },
    };
  }
}

/** A manager in a process of its own, perhaps under strace. */
class Manager {
  readonly #child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly #told: Told[] = [];
  #complaints = '';
  #wake: () => void = () => {};

  constructor([program = '', ...words]: readonly string[]) {
    const child = spawn(program, words, { stdio: 'pipe' });
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#told.push(JSON.parse(line));
      this.#wake();
    });
    child.stderr.on('data', (chunk) => {
      this.#complaints += chunk;
    });
  }

  /** null where it ended before. */
  async told(deed: Deed): Promise<Told | null> {
    const find = () => this.#told.find((one) => one.deed === deed) ?? null;
    const news = () =>
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (find() === null && !over) await Promise.race([news(), this.ended]);
    return find();
  }

  goOn(): void {
    this.#child.stdin?.end('\n');
  }

  complaints(): string {
    return this.#complaints.trim().split('\n').slice(-5).join(' | ');
  }
}
