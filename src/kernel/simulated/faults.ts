/** What the file system refuses to do: a full disk, a broken one, a forbidden path. */
import { KernelError } from '../port.ts';

type Operation = 'read' | 'write' | 'sync';

export interface Fault {
  readonly code: 'ENOSPC' | 'EIO' | 'EACCES' | 'EROFS' | 'EMFILE';
  /** `sync` fails later and elsewhere than the write that it was about. */
  readonly on?: Operation;
  /** The path, or the beginning of it; every path where it is not said. */
  readonly under?: string;
  /** So many times, then never again; for ever where it is not said. */
  readonly times?: number;
}

export class Faults {
  #faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The error that this operation meets, which uses one of its times up. */
  meet(operation: Operation, path: string): KernelError | null {
    if (this.#faults.length === 0) return null;
    const met = this.#faults.find(({ fault, left }) => left > 0 && hits(fault, operation, path));
    if (met === undefined) return null;
    met.left -= 1;
    return new KernelError(met.fault.code, `cannot ${operation} "${path}": ${met.fault.code}`);
  }

  /** Throws what it meets. */
  pass(operation: Operation, path: string): void {
    const error = this.meet(operation, path);
    if (error !== null) throw error;
  }
}

/** A full or read-only disk can still be read; that a sync fails must be said. */
function hits(fault: Fault, operation: Operation, path: string): boolean {
  const { code, on, under = '' } = fault;
  const isForWriters = code === 'ENOSPC' || code === 'EROFS';
  const operations = isForWriters ? ['write'] : ['read', 'write'];
  const isMeant = on === undefined ? operations.includes(operation) : on === operation;
  return isMeant && path.startsWith(under);
}
