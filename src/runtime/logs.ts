/**
 * The logs of all services: where they are, how they are kept small, and how they are
 * read. Services write them by themselves; nothing of what they write passes through
 * here unless somebody reads it.
 */
import { statSync } from 'node:fs';
import { Observable } from 'rxjs/internal/Observable';
import { concat } from 'rxjs/internal/observable/concat';
import { defer } from 'rxjs/internal/observable/defer';
import { from } from 'rxjs/internal/observable/from';
import { merge } from 'rxjs/internal/observable/merge';
import { map } from 'rxjs/internal/operators/map';
import { switchMap } from 'rxjs/internal/operators/switchMap';
import { take } from 'rxjs/internal/operators/take';
import type { Kernel, Tree } from '../kernel/port.ts';
import type { ChildSpec, GroupSpec, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import type { LogLine, LogOptions } from './api.ts';
import type { Log } from './log.ts';
import { LogFile } from './log-file.ts';
import { LogKeeper } from './log-keeper.ts';
import { isTrouble, quote } from './log-quote.ts';
import type { RotatedLog } from './log-rotation.ts';
import { follow, lastLines, type ReadLine, tail } from './log-tail.ts';

const defaultLines = 100;
const quotedLines = 4;
const recentMs = 60_000;

export interface ReadOptions extends LogOptions {
  /** A reader that cannot keep up says so here; the files wait for it, not the memory. */
  readonly paused$?: Observable<boolean>;
}

export class Logs {
  readonly #kernel: Kernel;
  readonly #keeper: LogKeeper;
  readonly #files = new Map<string, LogFile>();
  readonly #troubles = new Map<string, string>();

  constructor(kernel: Kernel, spec: ProjectSpec, log: Log) {
    this.#kernel = kernel;
    this.#keeper = new LogKeeper(kernel, {
      trouble: (path, reason) => this.#note(path, reason, log),
    });
    this.define(spec.root);
  }

  /** What does not work at present; services run and write all the same. */
  get degraded(): readonly string[] {
    return [...this.#troubles.values()];
  }

  /** From now on these services' logs, and no others. */
  define(root: GroupSpec): void {
    const services = root.children.flatMap(servicesIn);
    this.#keeper.keep(services.map((service) => this.#rotated(service)));
  }

  /** The last lines of each, then, if asked to, whatever they write from then on. */
  lines(specs: readonly ServiceSpec[], options: ReadOptions = {}): Observable<LogLine> {
    const { lines = defaultLines, follow: goOn = false } = options;
    if (goOn) return merge(...specs.map((spec) => this.#follow(spec, lines, options)));
    return concat(...specs.map((spec) => this.#tail(spec, lines)));
  }

  /** What the run that began at `offset` said last, or null if it said nothing. */
  quote({ logs: { path, errorLog } }: ServiceSpec, offset: number): string | null {
    const { files } = this.#kernel;
    const said = quote(files, path, offset, quotedLines);
    const own =
      said.some(isTrouble) || errorLog === null || !this.#isRecent(errorLog)
        ? []
        : quote(files, errorLog, 0, quotedLines);
    // MariaDB prints a warning, and writes the reason into its log.
    const chosen = said.length === 0 || own.some(isTrouble) ? own : said;
    return chosen.join(' / ') || null;
  }

  /** When no rotation is under way. */
  idle(): Promise<void> {
    return this.#keeper.idle();
  }

  close(): void {
    this.#keeper.close();
  }

  #follow(spec: ServiceSpec, lines: number, options: ReadOptions): Observable<LogLine> {
    const { paused$, after, began } = options;
    const file = this.#file(spec.logs.path);
    return whenStill(file, () => {
      const place = after?.[spec.name];
      const found = place && file.find(place);
      const from = found?.at ?? lastLines(file, lines);
      const isGap = found?.isGone ?? false;
      began?.({ service: spec.name, log: file.log, offset: from, isGap });
      const options = { from, ...(paused$ && { paused$ }) };
      return follow(this.#kernel, file, options).pipe(map((line) => named(spec, line)));
    });
  }

  #tail(spec: ServiceSpec, lines: number): Observable<LogLine> {
    const file = this.#file(spec.logs.path);
    return whenStill(file, () => from(tail(this.#kernel.clock, file, lines))).pipe(
      map((line) => named(spec, line)),
    );
  }

  #rotated({ logs, lifeline }: ServiceSpec): RotatedLog {
    const tree: Tree = { lifeline, main: null, known: [] };
    return {
      file: this.#file(logs.path),
      maxBytes: logs.maxBytes,
      maxFiles: logs.maxFiles,
      pause: () => void this.#kernel.signalTree(tree, 'SIGSTOP'),
      resume: () => void this.#kernel.signalTree(tree, 'SIGCONT'),
    };
  }

  /** What it had to say of an earlier run is no answer. */
  #isRecent(path: string): boolean {
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats === undefined || stats.mtimeMs > this.#kernel.clock.wall() - recentMs;
    } catch {
      return false;
    }
  }

  #file(path: string): LogFile {
    const file = this.#files.get(path) ?? new LogFile(this.#kernel.files, path);
    this.#files.set(path, file);
    return file;
  }

  #note(path: string, reason: string | null, log: Log): void {
    if (reason === null) {
      this.#troubles.delete(path);
      return;
    }
    const trouble = `log ${path}: ${reason}`;
    if (this.#troubles.get(path) === trouble) return;
    this.#troubles.set(path, trouble);
    log.warn({ path, reason }, 'a log has trouble');
  }
}

function servicesIn({ spec }: ChildSpec): readonly ServiceSpec[] {
  return spec.kind === 'service' ? [spec] : spec.children.flatMap(servicesIn);
}

/** While a head is being moved, no byte has an address that holds. */
function whenStill<T>(file: LogFile, read: () => Observable<T>): Observable<T> {
  const still = new Observable<null>((subscriber) => {
    if (!file.isMoving) return subscriber.next(null);
    return file.onMoved(() => subscriber.next(null));
  });
  return defer(() => still.pipe(take(1), switchMap(read)));
}

function named(spec: ServiceSpec, line: ReadLine): LogLine {
  // Not a spread, which V8 is slow at behind another field; there are very many lines.
  return Object.assign({ service: spec.name }, line);
}
