/** What a manager writes down, and what the next one makes of it. */
import { type Mutant, mutant, simulation, test } from '../mutant.ts';

const journal = 'src/runtime/journal.ts';
const adoption = 'src/actors/adoption.ts';
const create = 'src/runtime/create.ts';

export const memoryMutants: readonly Mutant[] = [
  mutant('does not look for what an earlier manager left', 'supervisord, PM2, runit, s6; F01', [
    adoption,
    'function findOut(kernel: Kernel, { spec, record }: AdoptionInput): ServiceFact {\n  const at = kernel.clock.now();\n',
    `function findOut(kernel: Kernel, { spec, record }: AdoptionInput): ServiceFact {
  const at = kernel.clock.now();
  if (spec !== null) return { type: 'adoption.none', at, chance: 0, vanished: false };
`,
  ]),
  mutant(
    'ends what an earlier manager left, instead of adopting it',
    'most that clean up; S13',
    [
      adoption,
      "    return { type: 'adoption.found', identity: recorded, at, ready: record?.ready ?? false };\n",
      "    return { type: 'adoption.leftovers', at };\n",
    ],
    test(
      'test/machines/adoption.test.ts',
      'adopts what runs: same process, no restart, nobody signalled',
    ),
  ),
  mutant(
    'restarts what it has adopted',
    'a definition that was not remembered; S13',
    [
      'src/machines/fleet.ts',
      'recycling: member.recycling && !isAtRest,\n',
      "recycling: (member.recycling || (last.view.status === 'adopting' && view.status === 'running')) && !isAtRest,\n",
    ],
    test(
      'test/machines/adoption.test.ts',
      'adopts what runs: same process, no restart, nobody signalled',
    ),
  ),
  mutant('does not write down a wish', 'PM2 without `save`; F01, S16', [
    'src/runtime/chronicle.ts',
    "      this.#tell({ type: 'wish', service: name, wish, by });\n",
    "      if (at < 0) this.#tell({ type: 'wish', service: name, wish, by });\n",
  ]),
  mutant('does not remember who was stopped', 'all that start everything at boot; S9', [
    'src/runtime/chronicle.ts',
    'wish === null ? [] : [[name, wish]]',
    "wish === null || wish === 'down' ? [] : [[name, wish]]",
  ]),
  mutant('starts before it has written down that it is to', 'spawn and then save; M4, F02', [
    'src/runtime/supervisor.ts',
    "    this.#wish(all, 'up', options);\n    this.actor.send({ type: 'start' });\n    // What has done",
    "    queueMicrotask(() => this.#wish(all, 'up', options));\n    this.actor.send({ type: 'start' });\n    // What has done",
  ]),
  mutant('starts without a lifeline', 'everybody else; S3', [
    'src/actors/process.ts',
    '        command,\n        lifeline,\n        output: logs.path,\n',
    "        command,\n        lifeline: lifeline.replace('.', '-lost.'),\n        output: logs.path,\n",
  ]),
  mutant('does not sync what it has answered', 'most; S16', [
    journal,
    '    if (records.some(({ type }) => lasting.has(type))) this.#sync();\n',
    '    if (lasting.size === 0) this.#sync();\n',
  ]),
  mutant(
    'loses what it could not write',
    'PM2#2971: ENOSPC; F13, F71',
    [
      journal,
      '      this.#lose(records, error);\n',
      '      this.#options.onTrouble(reasonOf(error));\n',
    ],
    test(
      'test/runtime/journal-trouble.test.ts',
      'is told once, costs no append, and is healed from by itself',
    ),
  ),
  mutant('dies of a full disk', 'node-linux#17; F70, F71', [
    journal,
    '      this.#lose(records, error);\n      return;\n',
    '      throw error;\n',
  ]),
  mutant(
    'believes a line whose checksum is wrong',
    'all without checksums; F13',
    [
      'src/runtime/journal-record.ts',
      "if (text[8] !== ' ' || text.slice(0, 8) !== checksum(json)) return null;",
      "if (text[8] !== ' ') return null;",
    ],
    test('test/runtime/journal-damage.test.ts', 'a journal'),
  ),
  mutant(
    'takes restarts of another boot for its own',
    'a monotonic clock that began anew; F06',
    [
      'src/runtime/journal-fold.ts',
      '  if (memory.boot === boot) return memory;\n',
      "  if (memory.boot === boot || boot !== '') return memory;\n",
    ],
    test(
      'test/runtime/journal.test.ts',
      'takes an identity of another boot for dead, and lets its restarts go',
    ),
  ),
  mutant(
    'forgets those that are not in the configuration any more',
    'most; L10',
    [
      'src/runtime/orphans.ts',
      'if (orphans.length === 0) return spec.root;',
      'if (orphans.length >= 0) return spec.root;',
    ],
    test(
      'test/runtime/supervisor.test.ts',
      'stops what an earlier manager ran and nobody defines any more',
    ),
  ),
  mutant('lets a second manager in', 'PM2: six daemons on one home; M3, F10', [
    'src/kernel/simulated/locks.ts',
    'if (holder?.alive) {',
    "if (holder?.alive && directory === '') {",
  ]),
  mutant('lets go of the lock that it has', 'a descriptor that was closed; F10', [
    create,
    '    const release = await lockStateDir(kernel, spec.stateDir);\n',
    '    const release = await lockStateDir(kernel, spec.stateDir);\n    release();\n',
  ]),
  mutant(
    'takes the file of a lock for the lock',
    'PID files as locks; F10',
    [
      'src/kernel/linux/lock.ts',
      '  const outcome = tryLock(descriptor);\n',
      "  const outcome = readHolder(path) === null ? tryLock(descriptor) : 'locked';\n",
    ],
    test('test/real/kernel/lock.test.ts', 'is had by one manager, and the other is told by whom'),
  ),
  mutant('changes something when it is asked for the status', 'the original; F11', [
    'src/runtime/supervisor.ts',
    '  status(): SupervisorStatus {\n',
    `  status(): SupervisorStatus {
    const idle = this.#parts.registry.entries().filter(({ view }) => view?.process == null);
    this.#wish(idle.map(({ spec }) => spec.name), 'down', {});
    this.actor.send({ type: 'unwant', names: idle.map(({ spec }) => spec.name) });
`,
  ]),
  mutant(
    'restarts what a new configuration leaves as it was',
    'compose up, PM2 reload; F90',
    [
      'src/machines/supervise.ts',
      'child.spec.hash !== view.hash;',
      "child.spec.hash !== 'another';",
    ],
    test('test/machines/commands.test.ts', 'leaves alone what it does not change'),
  ),
  mutant(
    'lets what was taken out of the configuration run on',
    'compose without --remove-orphans; F90',
    [
      'src/machines/supervise.ts',
      '...leaving.map((member) => edited(member, { wanted: false, removed: true })),',
      '...leaving.map((member) => edited(member, { removed: true })).slice(0, 0),',
    ],
    test(
      'test/machines/commands.test.ts',
      'stops what it no longer has, in order, and then forgets it',
    ),
  ),
  mutant('removes a PID file that is not its own', 'k0s before PR 7844, PM2#1285; F46', [
    'src/actors/process.ts',
    '    const survivors = !this.#isEmpty();\n',
    `    const survivors = !this.#isEmpty();
    if (this.#spec.pidFile !== null) this.#kernel.files.remove(this.#spec.pidFile.path);
`,
  ]),
  mutant('does not cancel what it watched', 'PM2#4647; F85, S24', [
    'src/actors/pid-file.ts',
    'return () => subscription.unsubscribe();',
    'return () => void subscription;',
  ]),
  mutant('leaves a timer behind for each start', 'PM2#1126; F85, S24', [
    'src/actors/process.ts',
    '  #launch(): void {\n',
    '  #launch(): void {\n    this.#kernel.clock.setTimeout(() => {}, 1e9);\n',
  ]),
  mutant('answers a start before it is ready', 'supervisorctl, PM2; L2', [
    'src/runtime/judges.ts',
    "    if (member.pinned) return pinned('start', name, name);\n    if (view.status === 'failed' && !member.again)",
    "    if (view.status === 'starting') return done;\n    if (view.status === 'failed' && !member.again)",
  ]),
  {
    name: 'answers a restart before the new one is there',
    seenIn: 'PM2 restart; L2',
    edits: [
      {
        file: 'src/runtime/judges.ts',
        find: "return verdict.kind === 'done' && !isNew ? pending : verdict;",
        replace: 'return verdict;',
      },
      {
        file: 'src/runtime/judges.ts',
        find: 'return member?.recycling === true ? pending : done;',
        replace: 'return member === null ? pending : done;',
      },
    ],
    detector: simulation,
  },
  mutant('says that a start has failed that has not', 'the original; E1', [
    'src/runtime/judges.ts',
    "    if (view.status === 'failed' && !member.again)\n      return failed('start-failed', reason(registry, name));\n",
    "    if (view.status !== 'stopped' && !member.again)\n      return failed('start-failed', reason(registry, name));\n",
  ]),
];
