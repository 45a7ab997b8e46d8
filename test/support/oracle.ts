/** Sees from outside what is alive, and believes no supervisor. It asks /proc alone. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';

export interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** With the pid it names a process, for as long as the machine runs. */
  readonly startTime: number;
}

/** Who has this word among its arguments. */
export function withArgument(word: string): readonly Seen[] {
  return living().filter(({ pid }) => read(`/proc/${pid}/cmdline`).split('\0').includes(word));
}

/** Who holds the write end of this FIFO, at whatever number. */
export function holdersOf(fifo: string): readonly Seen[] {
  const wanted = statSync(fifo, { throwIfNoEntry: false });
  if (wanted === undefined) return [];
  return living().filter(({ pid }) =>
    list(`/proc/${pid}/fd`).some((descriptor) => {
      const link = `/proc/${pid}/fd/${descriptor}`;
      try {
        const held = statSync(link);
        const writes = (lstatSync(link).mode & 0o200) !== 0;
        return writes && held.dev === wanted.dev && held.ino === wanted.ino;
      } catch {
        return false;
      }
    }),
  );
}

/** Everybody but the dead that nobody has reaped. */
export function living(): readonly Seen[] {
  return list('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => look(Number(entry)))
    .filter((seen) => seen !== null);
}

/** null for who is not alive. */
export function look(pid: number): Seen | null {
  const text = read(`/proc/${pid}/stat`);
  // The name stands in brackets, and may hold brackets and blanks itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (text === '' || fields[0] === 'Z' || fields[0] === 'X') return null;
  const number = (index: number) => Number(fields[index]);
  return { pid, parent: number(1), session: number(3), startTime: number(19) };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
