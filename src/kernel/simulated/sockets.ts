/** Who listens where. A forked process shares the listening sockets of its parent. */
import type { Endpoint } from '../../machines/vocabulary.ts';
import { ManyMap } from './many-map.ts';
import type { SimulatedProcess } from './process.ts';

/** Addresses are not told apart: a port is one and the same on every interface. */
export function addressOf(endpoint: Endpoint): string {
  return endpoint.kind === 'tcp' ? `tcp:${endpoint.port}` : `unix:${endpoint.path}`;
}

export class Sockets {
  readonly #holders = new ManyMap<string, SimulatedProcess>();

  /** False: somebody else listens there already. */
  bind(address: string, process: SimulatedProcess): boolean {
    if (this.#holders.has(address) && !this.#holders.get(address).has(process)) return false;
    this.#hold(address, process);
    return true;
  }

  share(from: SimulatedProcess, to: SimulatedProcess): void {
    for (const address of from.listening) this.#hold(address, to);
  }

  release(process: SimulatedProcess): void {
    for (const address of process.listening) this.#holders.delete(address, process);
  }

  holders(address: string): ReadonlySet<SimulatedProcess> {
    return this.#holders.get(address);
  }

  clear(): void {
    this.#holders.clear();
  }

  #hold(address: string, process: SimulatedProcess): void {
    this.#holders.add(address, process);
    process.listen(address);
  }
}
