/** Which script a start of a program gets: each the next one, and the last for ever. */
import type { SpawnProblem } from '../../machines/vocabulary.ts';
import type { Program } from './program.ts';

export class ScriptBook {
  readonly #scripts = new Map<string, Program[]>();
  readonly #problems: SpawnProblem[] = [];

  set(name: string, programs: readonly Program[]): void {
    this.#scripts.set(name, programs.length === 0 ? [{}] : [...programs]);
  }

  knows(name: string): boolean {
    return this.#scripts.has(name);
  }

  /** The next spawns fail, whatever they are of. */
  fail(problem: SpawnProblem, times: number): void {
    for (let n = 0; n < times; n += 1) this.#problems.push(problem);
  }

  clearProblems(): void {
    this.#problems.length = 0;
  }

  /** The whole command line is looked up first, then the program's name. */
  next(argv: readonly string[], name: string): Program {
    const problem = this.#problems.shift();
    if (problem !== undefined) return { problem };
    const scripts = this.#scripts.get(argv.join(' ')) ?? this.#scripts.get(name);
    if (scripts === undefined) return { problem: 'missing-binary' };
    return (scripts.length > 1 ? scripts.shift() : scripts[0]) ?? {};
  }
}

/** What people call the program: `nginx` for `/usr/sbin/nginx -c nginx.conf`. */
export function nameOf(argv: readonly string[]): string {
  const path = argv[0] ?? '';
  return path.slice(path.lastIndexOf('/') + 1);
}
