/**
 * Asks a service, or what it left on disk, one question: each kind of check in the
 * file that knows how. Whether a miss matters is for others to decide.
 */
import type { Check } from '../../machines/vocabulary.ts';
import type { CheckContext, Kernel } from '../port.ts';
import { Attempt } from './attempt.ts';
import { askCommand } from './command.ts';
import { nameOf } from './connection.ts';
import type { CheckDependencies } from './dependencies.ts';
import { askFile } from './file.ts';
import { askHttp } from './http.ts';
import { askLog } from './log.ts';
import { askProtocol } from './protocol.ts';
import { askSocket } from './socket.ts';

/** A kernel's `check`, made of the rest of that kernel. */
export function createChecks(dependencies: CheckDependencies): Pick<Kernel, 'check'> {
  return {
    check(check, context, done) {
      const timeoutMs = deadlineOf(check, context);
      const attempt = new Attempt(dependencies.clock, timeoutMs, lateWords(check), done);
      attempt.try(() => ask(attempt, check, context, dependencies));
      return () => attempt.cancel();
    },
  };
}

function ask(
  attempt: Attempt,
  check: Check,
  context: CheckContext,
  dependencies: CheckDependencies,
): void {
  switch (check.kind) {
    case 'tcp':
    case 'unix':
      return askSocket(attempt, check, context, dependencies);
    case 'http':
      return askHttp(attempt, check, context, dependencies);
    case 'file':
      return askFile(attempt, check, context, dependencies);
    case 'exec':
      return askCommand(attempt, check, context, dependencies);
    case 'log':
      return askLog(attempt, check, context, dependencies);
    case 'protocol':
      return askProtocol(attempt, check, context, dependencies);
    case 'notify':
      return attempt.miss('a notification is told, and cannot be asked for');
  }
}

/** A command that is late is killed, and only then is it told: that has a time limit of its own. */
function deadlineOf(check: Check, { timeoutMs }: CheckContext): number {
  return check.kind === 'exec' ? timeoutMs + 5_000 : timeoutMs;
}

function lateWords(check: Check): string {
  switch (check.kind) {
    case 'tcp':
    case 'unix':
      return `no answer from ${nameOf(check)}`;
    case 'protocol':
      return `no answer from ${nameOf(check.at)}`;
    case 'http':
      return `no answer from ${check.url}`;
    default:
      return 'no answer';
  }
}
