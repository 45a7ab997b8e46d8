/** A journal on a simulated disk, and short words to tell stories with. */
import { type Fault, SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { ProcessIdentity } from '../../src/machines/vocabulary.ts';
import { type Journal, type JournalOptions, openJournal } from '../../src/runtime/journal.ts';
import type { Entry } from '../../src/runtime/journal-record.ts';

export const directory = '/state';
export const path = `${directory}/journal.jsonl`;

export function identity(pid: number, bootId = 'boot-1'): ProcessIdentity {
  return { bootId, pidNamespace: 'pid:[1]', pid, startTime: pid * 10 };
}

export class Desk {
  readonly kernel = new SimulatedKernel();
  readonly troubles: string[] = [];
  healed = 0;

  constructor() {
    this.kernel.files.makeDirectory(directory);
  }

  open(options: Partial<JournalOptions> = {}): Journal {
    return openJournal(this.kernel, path, {
      boot: 'boot-1',
      onTrouble: (reason) => this.troubles.push(reason),
      onHealed: () => {
        this.healed += 1;
      },
      ...options,
    });
  }

  get text(): string {
    return this.kernel.files.read(path) ?? '';
  }

  set text(content: string) {
    this.kernel.files.remove(path);
    this.kernel.files.append(path, content);
  }

  fault(fault: Fault): void {
    this.kernel.fault(fault);
  }
}

export const wish = (service: string, wish: 'up' | 'down' = 'up'): Entry => ({
  type: 'wish',
  service,
  wish,
  by: 'cli',
});

export const spawned = (service: string, pid: number): Entry => ({
  type: 'spawned',
  service,
  identity: identity(pid),
  logOffset: 100,
  hash: 'h',
});

export const running = (service: string): Entry => ({
  type: 'state',
  service,
  from: 'starting',
  to: 'running',
  detail: 'running.healthy',
  cause: 'it is ready',
});

export const verdict = (service: string, restarts: readonly number[]): Entry => ({
  type: 'verdict',
  service,
  verdict: 'restart',
  message: 'restart in 100 ms',
  restarts,
});

/** A little of everything. */
export const story: readonly Entry[] = [
  { type: 'opened', manager: 7, version: '0.1.0', config: 'c' },
  wish('db'),
  spawned('db', 41),
  running('db'),
  wish('web'),
  spawned('web', 42),
  running('web'),
  { type: 'exited', service: 'web', pid: 42, exit: { code: 1, signal: null }, reason: 'code 1' },
  verdict('web', [1_000, 2_000]),
  wish('web', 'down'),
];
