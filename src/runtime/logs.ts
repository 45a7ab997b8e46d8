/** The output of all services: rotated while a manager lives, and shown to whoever asks. */
import { EMPTY, type Observable } from 'rxjs';
import type { Kernel } from '../kernel/port.ts';
import type { GroupSpec, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import type { LogLine, LogOptions } from './api.ts';
import type { Log } from './log.ts';

export class Logs {
  readonly #kernel: Kernel;
  constructor(kernel: Kernel, _spec: ProjectSpec, _log: Log) {
    this.#kernel = kernel;
  }

  /** What does not work at present. */
  get degraded(): readonly string[] {
    return [];
  }

  /** The services that there are from now on. */
  define(_root: GroupSpec): void {}

  /** Those lines, merged as they come; completes unless `follow`. */
  lines(_services: readonly ServiceSpec[], _options: LogOptions): Observable<LogLine> {
    return EMPTY;
  }

  /** The last meaningful lines that a run printed, or else its own error log; null: none. */
  quote(spec: ServiceSpec, offset: number): string | null {
    try {
      const bytes = this.#kernel.files.readAt(spec.logs.path, offset, 4096);
      return Buffer.from(bytes).toString('utf8').trim() || null;
    } catch {
      return null;
    }
  }

  close(): void {}
}
