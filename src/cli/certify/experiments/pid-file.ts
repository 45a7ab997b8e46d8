/** The PID file over one life: when it is there, whom it names, and whether it goes. */
import { duration } from '../../../runtime/wording.ts';
import type { Bench } from '../bench.ts';
import type { Found } from '../result.ts';

export class PidFileWatch {
  readonly #bench: Bench;
  readonly #stop: () => void;
  #lateMs = 0;
  #foundAt: number | null = null;
  #wrong: string | null = null;
  #right: number | null = null;

  /** To be made before the start. */
  constructor(bench: Bench) {
    this.#bench = bench;
    const { pidFile } = bench.spec;
    const cancel =
      pidFile === null ? () => {} : bench.kernel.watchFile(pidFile.path, () => this.#look());
    const deaf = bench.listen(() => this.#look());
    this.#stop = () => {
      cancel();
      deaf();
    };
  }

  /** When it is up, or did not come up. */
  started(): void {
    this.#look();
    this.#stop();
    const { kernel, status } = this.#bench;
    this.#right = status.pid;
    const foundAtWall = (this.#foundAt ?? 0) + kernel.clock.wall() - kernel.clock.now();
    this.#lateMs = Math.max(0, Math.round(foundAtWall - (status.startedAt ?? foundAtWall)));
  }

  /** When it is down again. */
  judge(isStopped: boolean): Found {
    const { pidFile } = this.#bench.spec;
    if (pidFile === null) return nothing('no pid_file is configured');
    const { path } = pidFile;
    if (this.#right === null) {
      const reason = this.#wrong;
      if (reason === null) return nothing('it did not come to that');
      return {
        verdict: 'failed',
        summary: `wrong: ${reason}`,
        advice: `see who writes ${path}, and whose pid`,
        figures: { right: false, lateMs: null, removed: null },
      };
    }
    const lateMs = this.#lateMs;
    const right = `names the main process, ${duration(lateMs)} after the start`;
    if (!isStopped)
      return {
        verdict: 'ok',
        summary: right,
        advice: null,
        figures: { right: true, lateMs, removed: null },
      };
    const removed = this.#bench.kernel.readPidFile(path).kind === 'absent';
    const figures = { right: true, lateMs, removed };
    if (removed)
      return { verdict: 'ok', summary: `${right}, and goes with it`, advice: null, figures };
    const advice = 'drover proves whom it names, so it is not fooled; other tools may be';
    return {
      verdict: 'warning',
      summary: `${right}, but stays when it is stopped`,
      advice,
      figures,
    };
  }

  #look(): void {
    const { pidFile } = this.#bench.spec;
    if (pidFile === null || this.#foundAt !== null) return;
    const reading = this.#bench.kernel.readPidFile(pidFile.path);
    if (reading.kind === 'unusable') this.#wrong = reading.reason;
    if (reading.kind !== 'pid') return;
    const { kernel } = this.#bench;
    const identity = kernel.identify(reading.pid);
    const isOurs = kernel
      .members(this.#bench.tree(this.#bench.main()))
      .some(({ pid, startTime }) => pid === identity?.pid && startTime === identity.startTime);
    if (isOurs) this.#foundAt = this.#bench.now();
    else
      this.#wrong = `it names process ${reading.pid}, which is ${identity === null ? 'not alive' : 'another program'}`;
  }
}

export const nothing = (summary: string): Found => ({
  verdict: 'skipped',
  summary,
  advice: null,
  figures: {},
});
