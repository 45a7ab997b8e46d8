/**
 * What is on disk, and what of it would still be there after a power cut. Names
 * are durable at once; content that was appended is not, before it is synced.
 */
import { KernelError } from '../port.ts';
import { ManyMap } from './many-map.ts';
import type { Random } from './random.ts';
import { Watchers } from './watchers.ts';

export type EntryKind = 'file' | 'directory' | 'fifo' | 'socket' | 'symlink';

export interface Entry {
  readonly kind: EntryKind;
  text: string;
  /** In bytes, so that asking for it costs nothing. */
  size: number;
  /** What a power cut leaves. */
  durable: string;
  mode: number;
  owner: string | number | null;
}

export class Disk {
  readonly #entries = new Map<string, Entry>();
  readonly #names = new ManyMap<string, string>();
  readonly #random: Random;
  /** Told whenever the file at a path may have changed. */
  readonly changes = new Watchers<string>();
  readonly #fifoLost: (path: string) => void;

  /** `fifoLost`: a FIFO has no name any more, so nobody can find its holders by it. */
  constructor(random: Random, fifoLost: (path: string) => void) {
    this.#random = random;
    this.#fifoLost = fifoLost;
  }

  get(path: string): Entry | null {
    return this.#entries.get(trim(path)) ?? null;
  }

  exists(path: string): boolean {
    return path === '/' || this.#entries.has(trim(path));
  }

  /** The content of a regular file; null where there is none. */
  text(path: string): string | null {
    const entry = this.get(path);
    return entry?.kind === 'file' ? entry.text : null;
  }

  /** Writes a file as some program would, and makes the directories above it. */
  put(path: string, text: string): void {
    const entry = this.make(path, 'file', 0o644);
    entry.text = text;
    entry.size = Buffer.byteLength(text);
    this.changes.tell(path);
  }

  append(path: string, text: string): void {
    const entry = this.get(path) ?? this.make(path, 'file', 0o600);
    entry.text += text;
    entry.size += Buffer.byteLength(text);
    this.changes.tell(path);
  }

  /** What is there already stays as it is. */
  make(path: string, kind: EntryKind, mode = 0o755): Entry {
    const name = trim(path);
    const there = this.#entries.get(name);
    if (there !== undefined) return there;
    const above = directoryOf(name);
    if (above !== '/') this.make(above, 'directory');
    const entry: Entry = { kind, text: '', size: 0, durable: '', mode, owner: null };
    this.#link(name, entry);
    return entry;
  }

  sync(path: string): void {
    const entry = this.get(path);
    if (entry !== null) entry.durable = entry.text;
  }

  syncAll(): void {
    for (const entry of this.#entries.values()) entry.durable = entry.text;
  }

  list(path: string): readonly string[] {
    return [...this.#names.get(trim(path))].sort();
  }

  rename(from: string, to: string): void {
    const entry = this.#entries.get(trim(from));
    if (entry === undefined)
      throw new KernelError('ENOENT', `cannot rename "${from}": no such file`);
    this.remove(to);
    for (const name of this.list(from)) this.rename(`${trim(from)}/${name}`, `${trim(to)}/${name}`);
    this.#unlink(trim(from));
    this.#link(trim(to), entry);
  }

  /** A directory goes with all that is in it. */
  remove(path: string): void {
    const name = trim(path);
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    for (const child of this.list(name)) this.remove(`${name}/${child}`);
    this.#unlink(name);
    if (entry.kind === 'fifo') this.#fifoLost(name);
  }

  /** Every file keeps what was synced, and by chance some, all or nothing of the rest. */
  cutPower(): void {
    for (const entry of this.#entries.values()) {
      if (entry.kind === 'file' && entry.text !== entry.durable) this.#tear(entry);
    }
  }

  #tear(entry: Entry): void {
    const { text, durable } = entry;
    const isAppended = text.startsWith(durable);
    const rest = isAppended ? text.length - durable.length : 0;
    // Twice as wide as the rest, so that all and nothing are about as likely as a part.
    const kept = Math.round(this.#random() * 2 * rest - rest / 2);
    const end = durable.length + Math.min(rest, Math.max(0, kept));
    entry.text = isAppended ? text.slice(0, end) : durable;
    entry.durable = entry.text;
    entry.size = Buffer.byteLength(entry.text);
  }

  #link(path: string, entry: Entry): void {
    this.#entries.set(path, entry);
    this.#names.add(directoryOf(path), path.slice(path.lastIndexOf('/') + 1));
    this.changes.tell(path);
  }

  #unlink(path: string): void {
    this.#entries.delete(path);
    this.#names.delete(directoryOf(path), path.slice(path.lastIndexOf('/') + 1));
    this.changes.tell(path);
  }
}

export function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

function trim(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
