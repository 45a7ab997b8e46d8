/**
 * What the ordeals play on: a state directory, services that nobody else has, a stranger
 * whose number stands in a stale PID file, and a look at what is really alive. Real OS.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import { look, withArgument } from '../../support/oracle.ts';
import { type Answer, Host } from './host.ts';
import { type Look, lookAt, names, type Service, unlessNobodyOf, unlessOneTree } from './look.ts';

/** Of the first configuration, and of the one that `change()` writes. */
export const first: readonly Service[] = ['plain', 'daemon', 'workers', 'talker'];
export const second: readonly Service[] = ['plain', 'workers', 'talker', 'late'];

/** Whoever is one too many stays, however often one looks. */
const mostLooks = 200;
const betweenLooksMs = 50;

let stranger: ChildProcess | null = null;
let scratch = '';
let marked = 0;
const everyMarker: string[] = [];

/** To be called once by a file of tests. */
export function useArenas(): void {
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'drover-ordeal-'));
    stranger = spawn('sleep', ['86400'], { stdio: 'ignore' });
  });
  afterAll(() => {
    stranger?.kill('SIGKILL');
    for (const { pid } of everyMarker.flatMap(withArgument)) process.kill(pid, 'SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  });
}

/** Says each line that it gets; the rotation of what it says is the manager's. */
const talking = '$| = 1; open(my $in, "+<", $ARGV[1]) or die; while (<$in>) { print }';

export class Arena {
  readonly directory: string;
  readonly stateDir: string;
  readonly #config: string;
  readonly #markers: Readonly<Record<Service, string>>;
  readonly #writers: ChildProcess[] = [];
  #said = 0;

  readonly #stop: Readonly<Record<string, string>>;

  /** `disk`: where the manager's own files are, if not beside those of the services. */
  constructor({ disk = null as string | null, stop = {} } = {}) {
    this.#stop = stop;
    this.directory = mkdtempSync(join(scratch, 'arena-'));
    this.stateDir = join(disk ?? this.directory, 'state');
    this.#config = this.path('config.json');
    // Seconds that nobody else sleeps for.
    const marker = (): string => `${86_400 + marked++}.${process.pid}`;
    this.#markers = {
      ...{ plain: marker(), daemon: marker(), workers: marker() },
      ...{ talker: marker(), late: marker() },
    };
    everyMarker.push(...Object.values(this.#markers));
    execFileSync('mkfifo', [this.path('words')]);
    this.#write(first, {});
    // Of an earlier life: its number is somebody else's by now.
    writeFileSync(this.path('daemon.pid'), `${stranger?.pid}\n`);
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  host(before: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Host {
    return new Host(this.#config, before, env);
  }

  /** One is changed, one goes, one comes, two stay as they are. */
  change(): void {
    this.#write(second, { CHANGED: 'yes' });
  }

  /** The service writes this number of numbered lines into its log. */
  talk(lines: number): void {
    const text = Array.from({ length: lines }, () => `${this.#said++} ${'x'.repeat(90)}\n`);
    // Whoever is to say it may be standing still, which must not hold us up.
    const writer = spawn('sh', ['-c', 'cat >"$0"', this.path('words')], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    writer.stdin.on('error', () => {});
    writer.stdin.end(text.join(''));
    this.#writers.push(writer);
  }

  /** So many files hold what is no longer in the live one. */
  get generations(): number {
    const log = join(this.stateDir, 'logs/talker.log');
    return [1, 2, 3].filter((number) => existsSync(`${log}.${number}`)).length;
  }

  /** All that was said, oldest first, as the generations have it. */
  heard(): readonly number[] {
    const log = join(this.stateDir, 'logs/talker.log');
    const older = [9, 8, 7, 6, 5, 4, 3, 2, 1].map((number) => `${log}.${number}`);
    const texts = [...older, log].filter((one) => existsSync(one));
    return texts
      .map((path) => readFileSync(path, 'utf8'))
      .join('')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Number(line.split(' ', 1)[0]));
  }

  /** Nothing that was said may be missing, doubled or in another order. */
  async unlessAllHeard(): Promise<readonly string[]> {
    const isWhole = (): boolean => {
      const heard = this.heard();
      return heard.length === this.#said && heard.every((number, i) => number === i);
    };
    if (await soon(isWhole)) return [];
    const heard = this.heard();
    const broken = heard.findIndex((number, i) => number !== i);
    return [`of ${this.#said} lines ${heard.length} are there, broken at ${broken}`];
  }

  /** More than one tree is never right. A launcher that leaves while we look seems to be one. */
  async unlessAtMostOneTree(): Promise<readonly string[]> {
    const copies = (): readonly string[] => {
      const seen = this.look();
      return names
        .filter((service) => seen.roots(service).length > 1)
        .map((service) => `copies: ${seen.roots(service).length} trees of ${service}`);
    };
    await soon(() => copies().length === 0);
    return copies();
  }

  /** One whole tree of each, the very one that the manager tells of, and nobody of any other. */
  async unlessOneTreeEach(wanted: readonly Service[], answer: Answer | null) {
    if (answer === null) return ['lost: the next manager died'];
    if (answer.error !== undefined) return [`lost: the next manager: ${answer.error.message}`];
    const others = names.filter((service) => !wanted.includes(service));
    const problems = (): readonly string[] => {
      const seen = this.look();
      return [
        ...wanted.flatMap((service) => unlessOneTree(seen, service, answer.services)),
        ...others.flatMap((service) => unlessNobodyOf(seen, service)),
      ];
    };
    await soon(() => problems().length === 0);
    return problems();
  }

  /** After everything was stopped. */
  unlessNobody(): readonly string[] {
    const seen = this.look();
    const left = names.flatMap((service) => unlessNobodyOf(seen, service));
    return look(stranger?.pid ?? 0) === null ? [...left, 'the stranger was killed'] : left;
  }

  look(): Look {
    return lookAt(this.#markers, (service) => join(this.stateDir, `run/${service}.lifeline`));
  }

  clear(): void {
    for (const { pid } of Object.values(this.#markers).flatMap(withArgument)) {
      process.kill(pid, 'SIGKILL');
    }
    for (const writer of this.#writers) writer.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  #write(services: readonly Service[], environment: Readonly<Record<string, string>>): void {
    const ready = { after: '20ms' };
    const { plain, daemon, workers, talker, late } = this.#markers;
    const pidFile = this.path('daemon.pid');
    const fork = 'sleep "$0" & echo $! >"$1.new"; mv "$1.new" "$1"';
    const all = {
      plain: { command: ['sleep', plain], ready, environment, reload: { signal: 'SIGWINCH' } },
      daemon: {
        type: 'forking',
        command: ['sh', '-c', fork, daemon, pidFile],
        ready,
        pid_file: pidFile,
      },
      workers: {
        command: ['sh', '-c', 'sleep "$0" & exec sleep "$0"', workers],
        ...{ ready, reload: { command: ['true'] } },
      },
      talker: {
        command: ['perl', '-e', talking, talker, this.path('words')],
        ...{ ready, logs: { max_size: '32K', max_files: 9 } },
      },
      late: { command: ['sleep', late], ready, depends_on: ['plain'] },
    };
    const config = {
      name: 'ordeal',
      // What failed is started again at once: nothing is learned from waiting.
      defaults: {
        stop: this.#stop,
        restart: { policy: 'always', delay: '10ms', intensity: 100_000, period: '1s' },
      },
      state_dir: this.stateDir,
      services: Object.fromEntries(services.map((name) => [name, all[name]])),
    };
    writeFileSync(`${this.#config}.new`, JSON.stringify(config));
    execFileSync('mv', [`${this.#config}.new`, this.#config]);
  }
}

/** Whether it is so within a time in which it surely would be. */
export async function soon(isSo: () => boolean): Promise<boolean> {
  for (let looks = 0; looks < mostLooks; looks++) {
    if (isSo()) return true;
    await delay(betweenLooksMs);
  }
  return isSo();
}
