/** What is wrong with a configuration: all of it at once, each with its place and what to do. */
import { SupervisorError } from './errors.ts';

export interface Problem {
  readonly file: string | null;
  /** Both count from 1; null where there is no text to point into. */
  readonly line: number | null;
  readonly column: number | null;
  /** As written: `services.web.stop_signal`. */
  readonly path: string;
  readonly message: string;
  readonly suggestion: string | null;
}

export class ConfigError extends SupervisorError {
  override readonly name: string = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const file = problems.find((problem) => problem.file !== null)?.file;
    const what = file === undefined || file === null ? 'the configuration' : `"${file}"`;
    const count = problems.length === 1 ? 'it has a problem' : `it has ${problems.length} problems`;
    const lines = problems.map((problem) => `  ${describeProblem(problem)}`);
    super('invalid-config', [`cannot use ${what}: ${count}`, ...lines].join('\n'));
    this.problems = problems;
  }
}

/** `drover.yaml:3:5: services.web.comand is not a known key; did you mean "command"?` */
export function describeProblem(problem: Problem): string {
  const { file, line, column, path, message, suggestion } = problem;
  const place = [file, line, column].filter((part) => part !== null).join(':');
  const subject = path === '' ? message : `${path} ${message}`;
  return `${place === '' ? '' : `${place}: `}${subject}${suggestion ? `; ${suggestion}` : ''}`;
}

/** A way through the configuration, in camelCase: `['services', 'web', 'stopSignal']`. */
export type Path = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where things were written; what was not written in a file has no places. */
export interface Source {
  readonly file: string | null;
  /** The nearest that was written: a missing key is looked for in its map. */
  place(path: Path, at: 'key' | 'value'): Place | null;
  /** The path as it was written, in snake_case. */
  written(path: Path): string;
}

export const unwritten: Source = {
  file: null,
  place: () => null,
  written: (path) => describePath(path),
};

/** `services.web.prepare[0].name` */
export const describePath = (path: Path): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');

/** Collects problems while a configuration is read, resolved and ordered. */
export class Problems {
  readonly #source: Source;
  readonly #found: Problem[] = [];
  /** By path and message: of ten thousand problems each is looked for once. */
  readonly #known = new Set<string>();

  constructor(source: Source = unwritten) {
    this.#source = source;
  }

  add(
    path: Path,
    message: string,
    suggestion: string | null = null,
    at: 'key' | 'value' = 'value',
  ): void {
    const { file } = this.#source;
    const place = this.#source.place(path, at);
    this.put({
      file,
      line: place?.line ?? null,
      column: place?.column ?? null,
      path: this.#source.written(path),
      message,
      suggestion,
    });
  }

  /** One that is not about a place in this source, or knows its place already. */
  put(problem: Problem): void {
    const id = `${problem.path}\u0000${problem.message}`;
    if (this.#known.has(id)) return;
    this.#known.add(id);
    this.#found.push(problem);
  }

  /** How a path is called where the user wrote it. */
  nameOf(path: Path): string {
    return this.#source.written(path);
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  throwIfAny(): void {
    if (this.isEmpty) return;
    throw new ConfigError([...this.#found].sort((a, b) => order(a) - order(b)));
  }
}

/** A file in which nobody looks for places. */
export const somewhere: Source = { file: null, place: () => null, written: describePath };

/** There is a problem, and it is to be looked for with everything that it takes to tell it. */
export class Flawed extends Error {}

/** For who only asks whether there is any: ends at the first. */
export class NoProblems extends Problems {
  override add(): never {
    throw new Flawed();
  }

  override put(): never {
    throw new Flawed();
  }
}

const order = ({ line, column }: Problem): number => (line ?? 0) * 10_000 + (column ?? 0);
