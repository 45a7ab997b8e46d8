/** The kernel's callbacks as observables, for what repeats or flows. All on the kernel's clock. */
import { Observable } from 'rxjs/internal/Observable';
import type { CheckContext, CheckOutcome, Clock, Kernel } from '../kernel/port.ts';
import type { Check } from '../machines/vocabulary.ts';

export function after(clock: Clock, delayMs: number): Observable<void> {
  return new Observable((subscriber) => {
    const timer = clock.setTimeout(() => {
      subscriber.next();
      subscriber.complete();
    }, delayMs);
    return () => clock.clearTimeout(timer);
  });
}

/** Once at the start, and then whenever the file may have changed. */
export function looks(kernel: Kernel, path: string): Observable<void> {
  return new Observable((subscriber) => {
    subscriber.next();
    return kernel.watchFile(path, () => subscriber.next());
  });
}

export function ask(kernel: Kernel, check: Check, context: CheckContext): Observable<CheckOutcome> {
  return new Observable((subscriber) =>
    kernel.check(check, context, (outcome) => {
      subscriber.next(outcome);
      subscriber.complete();
    }),
  );
}
