/** How services are ended, and when they are said to be. */
import { type Mutant, mutant, test } from '../mutant.ts';

const service = 'src/machines/service.ts';
const process = 'src/actors/process.ts';
const reconcile = 'src/machines/reconcile.ts';

export const stopMutants: readonly Mutant[] = [
  mutant('never hears that its own child has ended', 'the original; E2', [
    process,
    'exited: (exit) => this.#childExited(exit),',
    'exited: () => {},',
  ]),
  mutant('waits for the end of its output instead of the exit', "Node's `close` for `exit`; M10", [
    process,
    'exited: (exit) => this.#childExited(exit),',
    `exited: (exit) => {
          const cancel = this.#kernel.watchLifeline(this.#spec.lifeline, () => this.#childExited(exit));
          this.#watches.push(cancel);
        },`,
  ]),
  mutant('never looks again at a process that it did not start', 'the original; E3, F44', [
    process,
    `      this.#kernel.watchExit(identity, gone),
      this.#kernel.watchLifeline(this.#spec.lifeline, () => {
        if (!this.#kernel.isAlive(identity)) gone();
      }),
`,
    '      gone.bind(null),\n',
  ]),
  mutant(
    'calls a service stopped when its PID file is late',
    'the original; E4',
    [
      service,
      `                pidFileWait: [
                  {
                    guard: 'hasProcess',
                    target: '#service.alive.stopping',`,
      `                pidFileWait: [
                  {
                    guard: 'hasProcess',
                    target: '#service.ended',`,
    ],
    test(
      'test/machines/service-life.test.ts',
      'stops a process whose pid file never appears, and then restarts it',
    ),
  ),
  mutant('calls a service stopped when its PID file is gone', 'the original; E6, F27', [
    process,
    '  #isEmpty(): boolean {\n',
    `  #isEmpty(): boolean {
    const { pidFile } = this.#spec;
    if (pidFile !== null && this.#kernel.readPidFile(pidFile.path).kind === 'absent') return true;
`,
  ]),
  mutant(
    'leaves the children of its leader behind',
    'the original, supervisord#1101, pebble#594; E7, F23',
    [process, 'const survivors = !this.#isEmpty();', 'const survivors = false;'],
  ),
  mutant('does not ask whether anybody survived', 'most; E7, F24', [
    service,
    'hasSurvivors: ({ context }) => context.survivors,',
    'hasSurvivors: () => false,',
  ]),
  mutant('forgets to sweep the tree', 'most; F23', [
    process,
    "for (const tree of this.#trees()) this.#kernel.signalTree(tree, 'SIGTERM');\n",
    '',
  ]),
  mutant('thinks that a tree ends with its main process', 'supervisord, PM2; F23', [
    'src/kernel/simulated/manager.ts',
    'return isEmpty(this.#world.table, tree);',
    'return tree.main === null || this.#world.table.find(tree.main) === null;',
  ]),
  mutant('stops one after the other', 'the original; E9', [
    reconcile,
    'function mayStop(fleet: Fleet, index: number, member: Member): boolean {\n',
    `function mayStop(fleet: Fleet, index: number, member: Member): boolean {
  for (let other = 0; other < fleet.members.length; other += 1) {
    const { status } = memberAt(fleet, other).view;
    if (status === 'stopping' || status === 'killing' || (other < index && status === 'running')) return false;
  }
`,
  ]),
  mutant('kills at once', 'many, where a timeout is 0', [
    service,
    'stopWait: ({ context }) => stopStepOf(context)?.waitMs ?? 0,',
    'stopWait: () => 0,',
  ]),
  mutant('kills before the time is over', 'seconds taken for milliseconds', [
    service,
    'stopWait: ({ context }) => stopStepOf(context)?.waitMs ?? 0,',
    'stopWait: ({ context }) => (stopStepOf(context)?.waitMs ?? 0) / 2,',
  ]),
  mutant('has timers that are late', 'event loops that hang; F81', [
    'src/kernel/simulated/manager.ts',
    'setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs, owner),',
    'setTimeout: (run, delayMs) => clock.setTimeout(run, 10 * delayMs, owner),',
  ]),
  mutant('waits for ever for a deaf one', 'runit', [
    service,
    'stopWait: ({ context }) => stopStepOf(context)?.waitMs ?? 0,',
    'stopWait: () => 1e9,',
  ]),
  mutant('says each signal twice', 'a stop that is sent by two ways; S6', [
    process,
    '      this.#signal(step.signal, this.#spec.stop.scope);\n',
    '      this.#signal(step.signal, this.#spec.stop.scope);\n      this.#signal(step.signal, this.#spec.stop.scope);\n',
  ]),
  mutant('never cancels the timer that kills', 'PM2 kills numbers it remembered; F05', [
    process,
    '  #ask(step: StopStep): void {\n',
    `  #ask(step: StopStep): void {
    const { lifeline } = this.#spec;
    this.#kernel.clock.setTimeout(
      () => this.#kernel.signalTree({ lifeline, main: null, known: [] }, 'SIGKILL'),
      step.waitMs,
    );
`,
  ]),
  mutant('is deaf to its own order to kill', 'a branch that was forgotten', [
    process,
    '        return this.#kill();\n',
    '        return;\n',
  ]),
  mutant('calls a kill the end', 'pebble: stopped, with the process alive; S4', [
    service,
    "entry: [assign({ killed: true }), 'killTree'],",
    "entry: [assign({ killed: true }), 'killTree'],\n          always: '#service.ended',",
  ]),
  mutant('calls what it cannot kill stopped', 'pebble; F22', [
    service,
    "after: { killWait: 'stuck' },",
    "after: { killWait: '#service.ended' },",
  ]),
  mutant('answers a stop before all is gone', 'docker stop -t 0, the original; S4', [
    'src/runtime/judges.ts',
    '    if (restStatuses.has(view.status)) return done;\n',
    "    if (restStatuses.has(view.status) || view.status === 'stopping') return done;\n",
  ]),
  mutant('takes a stop for a crash', 'process-compose#149; F31', [
    service,
    "        'process.exited': { target: '.leaving', actions: assign(({ event }) => exited(event)) },\n",
    `        'process.exited': {
          target: '.leaving',
          actions: assign(({ context, event }) => ({ ...exited(event), ...blame(context, event.exit) })),
        },
`,
  ]),
  mutant('does not hear a stop while it starts', 'process-compose#280; F28', [
    reconcile,
    "    case 'starting':\n",
    "    case 'starting':\n      if (member.child !== null) return null;\n",
  ]),
  mutant('does not hear a stop while it waits to restart', 'supervisord before PR 118; F30', [
    reconcile,
    "      if (isUnwanted(fleet, member)) return { type: 'stop' };\n      return member.again",
    '      return member.again',
  ]),
  mutant('does not hear a stop', 'a handler that was never connected', [
    'src/machines/supervise.ts',
    '      return unwant(fleet, own);\n',
    '      return fleet;\n',
  ]),
];
