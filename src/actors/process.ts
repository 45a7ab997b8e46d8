/**
 * Runs a service's program, or watches one that runs already, until the whole
 * tree of its processes is gone. It decides nothing: the chart says when to ask,
 * to sweep and to kill. Disposing of it lets go of the processes and ends none.
 */
import { fromCallback } from 'xstate';
import type { Cancel, Kernel, Tree } from '../kernel/port.ts';
import type { ProcessCommand, ProcessInput, ServiceFact } from '../machines/protocol.ts';
import type { Exit, ProcessIdentity, ServiceSpec, StopStep } from '../machines/vocabulary.ts';
import { findMain } from './adoption.ts';
import { isSame, prepareLifeline } from './tree.ts';

export const createProcessActor = (kernel: Kernel) =>
  fromCallback<ProcessCommand, ProcessInput>(({ input, sendBack, receive }) => {
    const process = new WatchedProcess(kernel, input.spec, sendBack);
    receive((command) => process.obey(command));
    if (input.main !== null) process.obey({ type: 'follow', identity: input.main });
    return () => process.letGo();
  });

class WatchedProcess {
  readonly #kernel: Kernel;
  readonly #spec: ServiceSpec;
  readonly #tell: (fact: ServiceFact) => void;
  #main: ProcessIdentity | null = null;
  /** The process we can wait for: the main one, or the launcher that left it behind. */
  #child: ProcessIdentity | null = null;
  #isAlive = false;
  /** Seen alive before a SIGKILL: each is waited for by name, lifeline or not. */
  #known: readonly ProcessIdentity[] = [];
  #isKilling = false;
  #isLetGo = false;
  #watches: Cancel[] = [];
  #command: Cancel | null = null;

  constructor(kernel: Kernel, spec: ServiceSpec, tell: (fact: ServiceFact) => void) {
    this.#kernel = kernel;
    this.#spec = spec;
    this.#tell = tell;
  }

  obey(command: ProcessCommand): void {
    switch (command.type) {
      case 'launch':
        return command.again ? this.#launchAgain() : this.#launch();
      case 'follow':
        return this.#follow(command.identity);
      case 'ask':
        return this.#ask(command.step);
      case 'signal':
        return this.#signal(command.signal, 'process');
      case 'sweep':
        return this.#sweep();
      case 'kill':
        return this.#kill();
    }
  }

  letGo(): void {
    this.#isLetGo = true;
    this.#command?.();
    this.#unwatch();
  }

  /** A try that was reported to have failed may have left a process after all. */
  #launchAgain(): void {
    const left = this.#kernel.isHeld(this.#spec.lifeline)
      ? findMain(this.#kernel, this.#spec)
      : null;
    if (left === null) return this.#launch();
    this.#follow(left);
    this.#say({
      type: 'process.spawned',
      identity: left,
      at: this.#now(),
      logOffset: this.#logSize(),
    });
  }

  #launch(): void {
    const { command, lifeline, logs, type } = this.#spec;
    const logOffset = this.#logSize();
    this.#kernel.spawn(
      {
        command,
        lifeline,
        output: logs.path,
        notifySocket: type === 'notify' ? `${lifeline}.notify` : null,
      },
      {
        spawned: (identity) => {
          this.#main = identity;
          this.#child = identity;
          this.#isAlive = true;
          this.#say({ type: 'process.spawned', identity, at: this.#now(), logOffset });
        },
        failed: (problem, reason) =>
          this.#say({ type: 'process.notSpawned', problem, reason, ...this.#moment() }),
        exited: (exit) => this.#childExited(exit),
        notified: (fields) =>
          this.#say({
            type: 'process.notified',
            ready: fields['READY'] === '1',
            at: this.#now(),
          }),
      },
    );
  }

  /** News of a launcher that was left behind long ago is no news. */
  #childExited(exit: Exit): void {
    if (isSame(this.#child, this.#main)) this.#mainIsGone(exit);
  }

  #follow(identity: ProcessIdentity): void {
    if (this.#isAlive && isSame(identity, this.#main)) return;
    this.#unwatch();
    this.#main = identity;
    this.#isAlive = true;
    // Nobody but its parent learns how a process ended.
    const gone = () => this.#mainIsGone({ code: null, signal: null });
    this.#watches = [
      this.#kernel.watchExit(identity, gone),
      this.#kernel.watchLifeline(this.#spec.lifeline, () => {
        if (!this.#kernel.isAlive(identity)) gone();
      }),
    ];
  }

  #ask(step: StopStep): void {
    if ('signal' in step) {
      this.#signal(step.signal, this.#spec.stop.scope);
      return;
    }
    this.#say({ type: 'process.signalled', by: step.command.argv.join(' '), at: this.#now() });
    this.#command?.();
    this.#command = this.#kernel.run(
      step.command,
      { lifeline: null, output: this.#spec.logs.path, timeoutMs: step.waitMs },
      () => {
        this.#command = null;
      },
    );
  }

  #signal(
    signal: Extract<StopStep, { signal: unknown }>['signal'],
    scope: 'process' | 'group',
  ): void {
    if (this.#main === null) return;
    const answer = this.#kernel.signal(this.#tree(), this.#main, signal, scope);
    if (answer === 'sent') {
      this.#say({ type: 'process.signalled', by: signal, at: this.#now() });
    } else if (answer !== 'gone') {
      this.#say({ type: 'process.signalRefused', signal, reason: refusals[answer] });
    }
  }

  #sweep(): void {
    this.#remember();
    for (const tree of this.#trees()) this.#kernel.signalTree(tree, 'SIGTERM');
    if (!this.#isAlive) this.#awaitEmpty();
  }

  #kill(): void {
    this.#isKilling = true;
    this.#remember();
    const answers = this.#trees().map((tree) => this.#kernel.signalTree(tree, 'SIGKILL'));
    this.#say({ type: 'process.signalled', by: 'SIGKILL', at: this.#now() });
    if (answers.every(({ sent }) => sent === 0) && answers.some(({ refused }) => refused > 0)) {
      this.#say({ type: 'process.signalRefused', signal: 'SIGKILL', reason: refusals.refused });
    }
    if (!this.#isAlive) this.#awaitEmpty();
  }

  #mainIsGone(exit: Exit): void {
    if (!this.#isAlive || this.#isLetGo) return;
    this.#isAlive = false;
    // Whom it has left behind is proved by having watched it until now.
    const survivors = !this.#isEmpty();
    this.#unwatch();
    this.#say({ type: 'process.exited', exit, survivors, ...this.#moment() });
    // By now the chart may follow a successor, whose end must not go unseen.
    if (survivors && !this.#isAlive) this.#awaitEmpty();
  }

  /** Until the lifeline has ended and everybody who does not hold it is gone as well. */
  #awaitEmpty(): void {
    if (this.#isLetGo) return;
    this.#unwatch();
    const members = this.#isEmpty() ? [] : this.#trees().map((tree) => this.#kernel.members(tree));
    const left = members.flat();
    if (left.length === 0) {
      this.#say({ type: 'tree.ended', ...this.#moment() });
      return;
    }
    // Whoever was forked while the others were being killed.
    if (this.#isKilling) this.#kernel.signalTree(this.#tree(), 'SIGKILL');
    const again = () => this.#awaitEmpty();
    // Asked once of each: between two questions it may die, and then nobody would be watched.
    const lines = this.#trees().map((tree) => tree.lifeline);
    const holds = left.map((member) => lines.filter((line) => this.#kernel.holds(line, member)));
    const drops = left.filter((_, i) => holds[i]?.length === 0);
    const held = new Set([...holds.flat(), ...lines.filter((line) => this.#kernel.isHeld(line))]);
    this.#watches = drops.map((member) => this.#kernel.watchExit(member, again));
    for (const line of held) this.#watches.push(this.#kernel.watchLifeline(line, again));
  }

  #isEmpty(): boolean {
    return this.#trees().every((tree) => this.#kernel.isEmpty(tree));
  }

  #remember(): void {
    this.#known = this.#kernel.members(this.#tree());
  }

  #tree(): Tree {
    return { lifeline: this.#spec.lifeline, main: this.#main, known: this.#known };
  }

  #trees(): readonly Tree[] {
    const line = prepareLifeline(this.#spec);
    return line === null
      ? [this.#tree()]
      : [this.#tree(), { lifeline: line, main: null, known: [] }];
  }

  #logSize(): number {
    return this.#kernel.files.size(this.#spec.logs.path) ?? 0;
  }

  #say(fact: ServiceFact): void {
    if (!this.#isLetGo) this.#tell(fact);
  }

  #unwatch(): void {
    for (const cancel of this.#watches.splice(0)) cancel();
  }

  #now(): number {
    return this.#kernel.clock.now();
  }

  #moment() {
    return { at: this.#now(), chance: this.#kernel.random() };
  }
}

const refusals = {
  refused: 'the operating system does not let us signal it',
  'not-ours': 'it could not be proved to be of this service',
};
