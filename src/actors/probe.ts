/**
 * Asks a service one question again and again: until it says yes (readiness), or
 * for as long as it runs (health). How many misses are too many is the chart's to say.
 */
import type { Observable } from 'rxjs';
import { concat } from 'rxjs/internal/observable/concat';
import { defer } from 'rxjs/internal/observable/defer';
import { concatMap } from 'rxjs/internal/operators/concatMap';
import { first } from 'rxjs/internal/operators/first';
import { ignoreElements } from 'rxjs/internal/operators/ignoreElements';
import { repeat } from 'rxjs/internal/operators/repeat';
import { tap } from 'rxjs/internal/operators/tap';
import { type EventObject, fromCallback } from 'xstate';
import type { CheckContext, CheckOutcome, Kernel } from '../kernel/port.ts';
import type { ProbeInput, ServiceFact } from '../machines/protocol.ts';
import type { Check } from '../machines/vocabulary.ts';
import { after, ask, looks } from './observable.ts';
import { treeOf } from './tree.ts';

/** A young service is asked sooner than `everyMs`, and then less and less often. */
const firstDelayMs = 20;

export const createProbeActor = (kernel: Kernel) =>
  fromCallback<EventObject, ProbeInput>(({ input, sendBack }) => {
    const { check } = input;
    // sd_notify is heard by whoever spawned the service.
    if (check === null || check.kind === 'notify') return;
    const tell = input.repeat === 'once' ? tellReadiness : tellHealth;
    const subscription = tell(kernel, input, outcomes(kernel, check, input), sendBack).subscribe();
    return () => subscription.unsubscribe();
  });

type Tell = (
  kernel: Kernel,
  input: ProbeInput,
  outcomes: Observable<CheckOutcome>,
  sendBack: (fact: ServiceFact) => void,
) => Observable<unknown>;

/** Each new reason for not being ready, and the moment it is. */
const tellReadiness: Tell = (kernel, _input, outcomes, sendBack) => {
  let lastReason = '';
  return outcomes.pipe(
    tap((outcome) => {
      if (outcome.passed) sendBack({ type: 'probe.passed', at: kernel.clock.now() });
      else if (outcome.reason !== lastReason) {
        lastReason = outcome.reason;
        sendBack({ type: 'probe.failed', reason: outcome.reason });
      }
    }),
    first(({ passed }) => passed),
  );
};

/** Every miss, and the first yes after one. */
const tellHealth: Tell = (kernel, input, outcomes, sendBack) => {
  const since = kernel.clock.now();
  let isFailing = false;
  return outcomes.pipe(
    tap((outcome) => {
      if (outcome.passed && isFailing) sendBack({ type: 'probe.passed', at: kernel.clock.now() });
      isFailing = !outcome.passed && kernel.clock.now() - since >= input.silentMs;
      if (!outcome.passed && isFailing) sendBack({ type: 'probe.failed', reason: outcome.reason });
    }),
  );
};

function outcomes(kernel: Kernel, check: Check, input: ProbeInput): Observable<CheckOutcome> {
  const context: CheckContext = {
    listenerOf: input.ownsListener ? treeOf(input.lifeline, input.main) : null,
    log: input.log,
    timeoutMs: input.tryMs,
  };
  const path = watchable(check, input);
  if (path !== null) {
    // What is written to a file is an event, so there is nothing to poll.
    return looks(kernel, path).pipe(concatMap(() => ask(kernel, check, context)));
  }
  let tries = 0;
  const pause = () => {
    const isYoung = input.repeat === 'once';
    const delayMs = isYoung ? firstDelayMs * 2 ** tries++ : input.everyMs;
    return after(kernel.clock, Math.min(delayMs, input.everyMs));
  };
  const asked = defer(() => ask(kernel, check, context)).pipe(repeat({ delay: pause }));
  return input.repeat === 'once' ? asked : concat(pause().pipe(ignoreElements()), asked);
}

function watchable(check: Check, input: ProbeInput): string | null {
  if (check.kind === 'log') return input.log.path;
  return check.kind === 'file' ? check.path : null;
}
