/** Which processes are one service's, in the kernel's words. */
import type { Tree } from '../kernel/port.ts';
import type { ProcessIdentity, ServiceSpec } from '../machines/vocabulary.ts';

export function treeOf(lifeline: string, main: ProcessIdentity | null): Tree {
  return { lifeline, main, known: [] };
}

/**
 * Prepare commands hold a lifeline of their own: what a manager that died leaves
 * behind of initdb must not be taken for the server.
 */
export function prepareLifeline(spec: ServiceSpec): string | null {
  return spec.prepare.some((step) => step.command !== null) ? `${spec.lifeline}.prepare` : null;
}

export function isSame(a: ProcessIdentity | null, b: ProcessIdentity | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.pid === b.pid &&
    a.startTime === b.startTime &&
    a.bootId === b.bootId &&
    a.pidNamespace === b.pidNamespace
  );
}
