/** A PID file, read as suspiciously as a file deserves that anybody may have written. */
import type { PidFileReading } from '../port.ts';
import type { World } from './world.ts';

const LARGEST = 4096;

export function readPidFile(world: World, path: string): PidFileReading {
  const fault = world.faults.meet('read', path);
  if (fault !== null) return unusable(fault.message);
  const entry = world.disk.get(path);
  if (entry === null) return { kind: 'absent' };
  if (entry.kind !== 'file') return unusable(`it is a ${entry.kind}`);
  if (entry.size > LARGEST) return unusable(`it has ${entry.size} bytes`);
  const [line = ''] = entry.text.split('\n', 1);
  if (!/^[1-9][0-9]*$/.test(line)) return unusable(`"${line.slice(0, 32)}" is no pid`);
  const pid = Number(line);
  return Number.isSafeInteger(pid) ? { kind: 'pid', pid } : unusable(`${line} is no pid`);
}

function unusable(reason: string): PidFileReading {
  return { kind: 'unusable', reason };
}
