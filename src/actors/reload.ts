/**
 * Makes a service read its configuration again, after a test that it can: php-fpm
 * dies of a configuration that it cannot read.
 */
import { type EventObject, fromCallback } from 'xstate';
import type { Cancel, Kernel, RunOutcome } from '../kernel/port.ts';
import type { ReloadInput } from '../machines/protocol.ts';
import type { CommandSpec } from '../machines/vocabulary.ts';
import { describeOutcome } from './outcome.ts';
import { treeOf } from './tree.ts';

const commandMs = 30_000;

export const createReloadActor = (kernel: Kernel) =>
  fromCallback<EventObject, ReloadInput>(({ input, sendBack }) => {
    let cancel: Cancel = () => {};
    const failed = (reason: string) => sendBack({ type: 'reload.failed', reason });
    const done = () => sendBack({ type: 'reload.done', at: kernel.clock.now() });

    const run = (command: CommandSpec, next: () => void) => {
      cancel = kernel.run(
        command,
        { lifeline: null, output: null, timeoutMs: commandMs },
        (outcome) => (isSuccess(outcome) ? next() : failed(describeOutcome(command, outcome))),
      );
    };
    const act = () => {
      const by = input.spec.reload?.by;
      if (by === undefined || input.main === null) return failed('there is no way to reload it');
      if ('command' in by) return run(by.command, done);
      const tree = treeOf(input.spec.lifeline, input.main);
      const answer = kernel.signal(tree, input.main, by.signal, 'process');
      return answer === 'sent' ? done() : failed(`${by.signal} was not sent: ${answer}`);
    };

    if (input.test === null) act();
    else run(input.test, act);
    return () => cancel();
  });

const isSuccess = (outcome: RunOutcome): boolean =>
  outcome.kind === 'exited' && outcome.exit.code === 0;
