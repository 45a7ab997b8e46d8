/** What has to be known of the machine to make sense of a number. */
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** How much else was going on when it began: the mean of the last minute. */
  readonly loadBefore: number;
}

export function lookAtMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `Linux ${release()}`,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function describeMachine(machine: Machine): string {
  const { date, processor, processors, memoryGb, system, node, loadBefore } = machine;
  return (
    `${date}, ${processors} processors (${processor}), ${memoryGb} GB, ${system}, Node ${node}, ` +
    `load before it began ${loadBefore.toFixed(2)}`
  );
}
