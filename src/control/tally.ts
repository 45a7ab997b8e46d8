/**
 * Counts what happens to the services, for the metrics, from the daemon's start on.
 * It keeps numbers only, so that no metrics library is needed before somebody asks.
 */
import type { Subscription } from 'rxjs';
import type { Supervisor, SupervisorEvent } from '../runtime/api.ts';

export interface Span {
  readonly service: string;
  readonly kind: 'start' | 'stop';
  readonly seconds: number;
}

type StateEvent = SupervisorEvent & { readonly type: 'service.state' };

/** Nobody scrapes: then the oldest durations are let go of. */
const maxSpans = 10_000;

export class Tally {
  readonly restarts = new Map<string, number>();
  /** By service and cause: `exit code 1`, `SIGKILL`, `unknown`. */
  readonly exits = new Map<string, Map<string, number>>();
  readonly #began = new Map<string, { readonly kind: Span['kind']; readonly at: number }>();
  readonly #subscription: Subscription;
  #spans: Span[] = [];

  constructor(supervisor: Supervisor) {
    this.#subscription = supervisor.events$.subscribe((event) => this.#count(event));
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  /** The durations since the last call. */
  takeSpans(): readonly Span[] {
    const spans = this.#spans;
    this.#spans = [];
    return spans;
  }

  #count(event: SupervisorEvent): void {
    if (event.type === 'service.judged' && event.verdict === 'restart') {
      this.restarts.set(event.service, (this.restarts.get(event.service) ?? 0) + 1);
    } else if (event.type === 'service.exited') {
      const causes = this.exits.get(event.service) ?? new Map<string, number>();
      const cause = causeOf(event.exit);
      this.exits.set(event.service, causes.set(cause, (causes.get(cause) ?? 0) + 1));
    } else if (event.type === 'service.state') {
      this.#time(event);
    } else if (event.type === 'service.removed') {
      for (const map of [this.restarts, this.exits, this.#began]) map.delete(event.service);
    }
  }

  #time({ service, to, at }: StateEvent): void {
    if (to === 'starting') this.#began.set(service, { kind: 'start', at });
    else if (to === 'stopping') this.#began.set(service, { kind: 'stop', at });
    else if (to === 'running' || to === 'completed') this.#finish(service, 'start', at);
    else if (to === 'stopped') this.#finish(service, 'stop', at);
  }

  #finish(service: string, kind: Span['kind'], at: number): void {
    const began = this.#began.get(service);
    this.#began.delete(service);
    if (began?.kind !== kind) return;
    this.#spans.push({ service, kind, seconds: Math.max(0, at - began.at) / 1_000 });
    if (this.#spans.length > maxSpans) this.#spans.shift();
  }
}

function causeOf({ code, signal }: { code: number | null; signal: string | null }): string {
  if (signal !== null) return signal;
  return code === null ? 'unknown' : `exit code ${code}`;
}
