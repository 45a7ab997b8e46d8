/** The file system as one manager sees it: strict, fallible, and closed to the dead. */
import { type DirectoryOptions, type Files, KernelError, type WriteOptions } from '../port.ts';
import { directoryOf, type Entry } from './disk.ts';
import type { Manager } from './manager.ts';
import type { Effect } from './manager-life.ts';
import type { World } from './world.ts';

export class ManagerFiles implements Files {
  readonly #world: World;
  readonly #manager: Manager;

  constructor(world: World, manager: Manager) {
    this.#world = world;
    this.#manager = manager;
  }

  exists(path: string): boolean {
    return this.#world.disk.exists(path);
  }

  read(path: string): string | null {
    this.#world.faults.pass('read', path);
    const entry = this.#world.disk.get(path);
    return entry === null ? null : contentOf(entry, path);
  }

  size(path: string): number | null {
    return this.#world.disk.get(path)?.size ?? null;
  }

  readAt(path: string, offset: number, length: number): Uint8Array {
    this.#world.faults.pass('read', path);
    const bytes = Buffer.from(contentOf(this.#existing(path), path));
    return new Uint8Array(bytes.subarray(offset, offset + length));
  }

  append(path: string, text: string): void {
    if (!this.#manager.enter('append')) return;
    const { disk, faults, chance } = this.#world;
    const error = faults.meet('write', path);
    // A disk that is full takes the beginning of what it cannot take whole.
    if (error?.code === 'ENOSPC') disk.append(path, text.slice(0, chance() * text.length));
    if (error !== null) throw error;
    this.#standsIn(path);
    disk.append(path, text);
  }

  /** The page cache outlives its writer, but a sync that was not begun is not made. */
  syncSoon(path: string, failed: (reason: string) => void): void {
    if (!this.#manager.alive) return;
    const sync = () => {
      const error = this.#world.faults.meet('sync', path);
      if (error === null) this.#world.disk.sync(path);
      else failed(error.message);
    };
    this.#world.clock.setTimeout(sync, this.#world.options.syncMs, this.#manager);
  }

  replace(path: string, content: string, options: WriteOptions = {}): void {
    if (!this.#mayWrite(path, 'replace')) return;
    this.#standsIn(path);
    const { disk } = this.#world;
    if (disk.get(path)?.kind !== 'file') disk.remove(path);
    disk.put(path, content);
    disk.sync(path);
    this.#grant(path, { mode: 0o600, ...options });
  }

  /** With the directories above it, as `mkdir -p`. */
  makeDirectory(path: string, options: DirectoryOptions = {}): void {
    if (!this.#mayWrite(path, 'directory')) return;
    const { disk } = this.#world;
    const there = disk.get(path);
    if (there !== null && there.kind !== 'directory') {
      throw new KernelError('EEXIST', `cannot make directory "${path}": a ${there.kind} is there`);
    }
    if (there !== null) {
      if (options.opens === true) there.mode |= options.mode ?? 0;
      return;
    }
    disk.make(path, 'directory');
    this.#grant(path, options);
  }

  list(path: string): readonly string[] {
    this.#world.faults.pass('read', path);
    const { disk } = this.#world;
    const { kind } = path === '/' ? { kind: 'directory' } : this.#existing(path);
    if (kind !== 'directory') throw new KernelError('ENOTDIR', `cannot list "${path}": a ${kind}`);
    return disk.list(path);
  }

  rename(from: string, to: string): void {
    if (!this.#mayWrite(to, 'rename')) return;
    this.#standsIn(to);
    this.#world.disk.rename(from, to);
  }

  remove(path: string): void {
    if (!this.#mayWrite(path, 'remove')) return;
    if (this.#world.disk.exists(path)) {
      const { clock, removals } = this.#world;
      removals.push({ at: clock.elapsed(), path, by: this.#manager.process.pid });
    }
    this.#world.disk.remove(path);
  }

  #mayWrite(path: string, effect: Effect): boolean {
    if (!this.#manager.enter(effect)) return false;
    this.#world.faults.pass('write', path);
    return true;
  }

  #standsIn(path: string): void {
    const directory = directoryOf(path);
    if (this.#world.disk.exists(directory)) return;
    throw new KernelError('ENOENT', `cannot write "${path}": there is no directory "${directory}"`);
  }

  #existing(path: string): Entry {
    const entry = this.#world.disk.get(path);
    if (entry === null) throw new KernelError('ENOENT', `cannot read "${path}": no such file`);
    return entry;
  }

  #grant(path: string, { mode, owner }: WriteOptions): void {
    const entry = this.#world.disk.get(path);
    if (entry === null) return;
    if (mode !== undefined) entry.mode = mode;
    if (owner) entry.owner = owner.user;
  }
}

function contentOf(entry: Entry, path: string): string {
  if (entry.kind === 'file') return entry.text;
  const code = entry.kind === 'directory' ? 'EISDIR' : 'EINVAL';
  throw new KernelError(code, `cannot read "${path}": a ${entry.kind}`);
}
