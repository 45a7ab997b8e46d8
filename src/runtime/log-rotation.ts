/**
 * Keeps logs within their bounds while services append to them, without their help and
 * without losing, doubling or reordering a byte. It runs in the manager: while no manager
 * lives, logs only grow, and the next one cuts them down as soon as it starts.
 */
import { lstatSync, type Stats } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Kernel } from '../kernel/port.ts';
import { generationPath, type LogFile, movingPath } from './log-file.ts';
import { type Cut, spoilOrigin, writeOrigin } from './log-origin.ts';
import { collapse, copyHead, empty, hasMoved, removable, shift, sizeOf } from './log-surgery.ts';

export interface RotatedLog {
  readonly file: LogFile;
  readonly maxBytes: number;
  /** Generations beside the live file. 0: the head is thrown away. */
  readonly maxFiles: number;
  /** Stops all that may write. */
  pause(): void;
  resume(): void;
}

export class LogRotation {
  readonly #kernel: Kernel;
  /** Whether this file system cuts heads off; at first it is only hoped. */
  #collapses: boolean;

  constructor(kernel: Kernel, collapses = true) {
    this.#kernel = kernel;
    this.#collapses = collapses;
  }

  /** A rotation that a manager did not live to end is ended, or undone. */
  async recover({ file, maxFiles, resume }: RotatedLog): Promise<void> {
    if (!file.isMoving) return;
    // It may have died while the writers were paused.
    resume();
    let removed = 0;
    try {
      const moved = await hasMoved(file.path).catch(() => false);
      if (moved && file.interrupted === 'kept') removed = await sizeOf(movingPath(file.path));
      // Whether the head is still there, its bytes do not tell.
      if (file.interrupted === 'lost') file.beginAnew();
      await this.#note(file, null, removed);
      if (moved) await shift(file.path, maxFiles);
      else await rm(movingPath(file.path), { force: true });
    } finally {
      file.endRecovery(removed);
    }
  }

  /** Writes down where the addresses are now, for the next manager. */
  async tell({ file }: RotatedLog): Promise<void> {
    if (file.isUntold) await this.#note(file, null);
  }

  /** Rejects with a reason; the log is whole then, only larger than it should be. */
  async rotate(log: RotatedLog): Promise<void> {
    const { path } = log.file;
    while (isTooLarge(log)) {
      const before = statsOf(path)?.size ?? 0;
      if (this.#collapses) await this.#cut(log);
      else await this.#empty(log);
      // Whatever the reason, what did not help is not tried for ever.
      if ((statsOf(path)?.size ?? 0) >= before) return;
    }
  }

  async #cut(log: RotatedLog): Promise<void> {
    const { most, block } = await removable(log.file.path);
    const whole = Math.max(1, Math.floor(log.maxBytes / block)) * block;
    // More than all generations can hold: their place is taken anyway.
    const surplus = Math.floor(most / whole) - Math.max(1, log.maxFiles);
    if (surplus > 0 || log.maxFiles === 0) {
      const length = log.maxFiles === 0 ? most : surplus * whole;
      return this.#discard(log, length);
    }
    const length = Math.min(most, whole);
    if (length === 0) return;
    await this.#copy(log, length);
    await this.#move(log, async () => {
      const refusal = await collapse(this.#kernel, log.file.path, length);
      if (refusal === null) return length;
      this.#collapses = false;
      await rm(movingPath(log.file.path), { force: true });
      return 0;
    });
  }

  /** The oldest go first, so what remains is still one unbroken end of all that was written. */
  async #discard(log: RotatedLog, length: number): Promise<void> {
    await this.#dropGenerations(log, 1);
    log.file.beginMove();
    await this.#note(log.file, 'lost');
    const refusal = await collapse(this.#kernel, log.file.path, length);
    if (refusal !== null) this.#collapses = false;
    const removed = refusal === null ? length : 0;
    await this.#note(log.file, null, removed);
    log.file.endMove(removed, false, log.maxFiles);
  }

  /** A full disk: old generations make way for the newest one, and if none is left, the head does. */
  async #copy(log: RotatedLog, length: number): Promise<void> {
    await this.#dropGenerations(log, Math.max(1, log.maxFiles));
    try {
      await copyHead(log.file.path, length);
    } catch (error) {
      await rm(movingPath(log.file.path), { force: true });
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      await this.#discard(log, length);
      throw new Error(`the disk is full: ${length} bytes of it were thrown away`);
    }
  }

  /** Such a generation is as large as the file was, so fewer of them may be kept. */
  async #empty(log: RotatedLog): Promise<void> {
    const { path } = log.file;
    let room = log.maxFiles * log.maxBytes - (statsOf(path)?.size ?? 0);
    let number = 1;
    for (; number < log.maxFiles; number += 1) {
      room -= statsOf(generationPath(path, number))?.size ?? 0;
      if (room < 0) break;
    }
    await this.#dropGenerations(log, number);
    await this.#move(log, () => empty(path, log));
  }

  async #move(log: RotatedLog, cut: () => Promise<number>): Promise<void> {
    const { file, maxFiles } = log;
    file.beginMove();
    let removed = 0;
    try {
      await this.#note(file, 'kept');
      removed = await cut();
      // Before the head has its final name: as long as it is moving, a successor counts it once.
      await this.#note(file, null, removed);
      if (removed > 0 && maxFiles > 0) await shift(file.path, maxFiles);
      else await rm(movingPath(file.path), { force: true });
    } finally {
      file.endMove(removed, maxFiles > 0, maxFiles);
    }
  }

  /** Better no address at all than a wrong one. */
  async #note(file: LogFile, cut: Cut, removed = 0): Promise<void> {
    const { origin, path } = file;
    if (origin === null) return;
    try {
      await writeOrigin(path, { ...origin, base: origin.base + removed, cut });
      file.told();
    } catch {
      file.beginAnew();
      await spoilOrigin(path).catch(() => {});
    }
  }

  async #dropGenerations({ file }: RotatedLog, from: number): Promise<void> {
    file.forgetGenerations(from);
    for (let number = from; ; number += 1) {
      const path = generationPath(file.path, number);
      if (statsOf(path) === null) return;
      await rm(path, { force: true });
    }
  }
}

export function isTooLarge({ file, maxBytes }: RotatedLog): boolean {
  const stats = statsOf(file.path);
  return stats?.isFile() === true && stats.size > maxBytes;
}

function statsOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
