/**
 * Watches a PID file until it names a process that is proved to be of the service.
 * A file alone is never proof: it may be stale, half-written, or somebody's lie.
 */
import { distinctUntilChanged } from 'rxjs/internal/operators/distinctUntilChanged';
import { map } from 'rxjs/internal/operators/map';
import { type EventObject, fromCallback } from 'xstate';
import type { Kernel } from '../kernel/port.ts';
import type { PidFileInput } from '../machines/protocol.ts';
import type { ProcessIdentity } from '../machines/vocabulary.ts';
import { looks } from './observable.ts';
import { isSame, treeOf } from './tree.ts';

type Finding =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly identity: ProcessIdentity }
  | { readonly kind: 'rejected'; readonly reason: string };

export const createPidFileActor = (kernel: Kernel) =>
  fromCallback<EventObject, PidFileInput>(({ input, sendBack }) => {
    const findings = looks(kernel, input.path).pipe(
      map(() => read(kernel, input)),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    );
    const subscription = findings.subscribe((finding) => {
      if (finding.kind === 'found') {
        sendBack({
          type: 'pidFile.found',
          identity: finding.identity,
          at: kernel.clock.now(),
        });
      } else if (finding.kind === 'rejected') {
        sendBack({ type: 'pidFile.rejected', reason: finding.reason });
      }
    });
    return () => subscription.unsubscribe();
  });

function read(kernel: Kernel, input: PidFileInput): Finding {
  const reading = kernel.readPidFile(input.path);
  // Servers truncate it and then write: between the two there is nothing to reject.
  if (reading.kind !== 'pid') return { kind: 'none' };
  const identity = kernel.identify(reading.pid);
  if (identity === null) {
    return { kind: 'rejected', reason: `it names process ${reading.pid}, which is not alive` };
  }
  if (isOurs(kernel, input, identity)) return { kind: 'found', identity };
  return {
    kind: 'rejected',
    reason: `it names process ${reading.pid}, which is not of this service`,
  };
}

function isOurs(kernel: Kernel, { lifeline, main }: PidFileInput, identity: ProcessIdentity) {
  return (
    isSame(identity, main) ||
    kernel.holds(lifeline, identity) ||
    kernel.members(treeOf(lifeline, main)).some((member) => isSame(member, identity))
  );
}
