/**
 * Asks what a PID file says, and believes it only where it is plainly a PID file: it
 * may be half-written, stale, or put there by somebody who wants a process killed.
 */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { codeOf, messageOf } from './linux/errno.ts';
import type { PidFileReading } from './port.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

const longestLine = 64;
/** PostgreSQL adds seven lines, two of them paths. */
const largestFile = 8_192;

/** The first line's pid. Never blocks, not even on a FIFO, and follows no link. */
export function readPidFile(path: string): PidFileReading {
  let descriptor: number;
  try {
    descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    return explain(error);
  }
  try {
    return obstacle(fstatSync(descriptor)) ?? parse(readStart(descriptor));
  } catch (error) {
    return explain(error);
  } finally {
    closeSync(descriptor);
  }
}

function obstacle(stats: Stats): PidFileReading | null {
  if (stats.isDirectory()) return unusable('it is a directory');
  if (!stats.isFile()) return unusable('it is no regular file');
  return stats.size > largestFile ? unusable(`it has ${stats.size} bytes`) : null;
}

/** With room for the line's end, so that a line that is too long shows none. */
function readStart(descriptor: number): string {
  const bytes = Buffer.alloc(longestLine + 1);
  return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, 0));
}

function parse(start: string): PidFileReading {
  if (start === '') return unusable('it is empty');
  const [line = ''] = start.split('\n', 1);
  if (line.length > longestLine) return unusable(`its first line is above ${longestLine} bytes`);
  const pid = /^[1-9][0-9]*$/.test(line) ? Number(line) : 0;
  // Process 1 is nobody's service, and kill(2) takes 0 for everybody in our own group.
  if (pid >= 2 && Number.isSafeInteger(pid)) return { kind: 'pid', pid };
  return unusable(`its first line is ${JSON.stringify(line)}, which is no pid of a service`);
}

function explain(error: unknown): PidFileReading {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'absent' };
    case 'ELOOP':
      return unusable('it is a symbolic link');
    case 'EACCES':
      return unusable('drover has no right to read it');
    case 'ENXIO':
      return unusable('it is no regular file');
    default:
      return unusable(messageOf(error));
  }
}

function unusable(reason: string): PidFileReading {
  return { kind: 'unusable', reason };
}
