/** Who is who: numbers, PID files, boots. */
import { type Edit, type Mutant, mutant, simulation, test } from '../mutant.ts';

const pidFile = 'src/actors/pid-file.ts';
const adoption = 'src/actors/adoption.ts';
const manager = 'src/kernel/simulated/manager.ts';
const stat = 'src/kernel/linux/stat.ts';

const isAliveByNumber: Edit = {
  file: manager,
  find: 'return this.#world.table.find(identity) !== null;',
  replace: 'return this.#world.table.at(identity.pid)?.alive === true;',
};

const watchByNumber: Edit = {
  file: manager,
  find: 'watchDeath(this.#world, this, identity, gone)',
  replace: 'watchDeath(this.#world, this, this.identify(identity.pid) ?? identity, gone)',
};

const signalByNumber: Edit = {
  file: 'src/kernel/simulated/sending.ts',
  find: `  const process = world.table.find(target);
  if (process === null) return 'gone';
  if (process.birth.role === 'manager' || !isProved(tree, process)) return 'not-ours';`,
  replace: `  const process = world.table.at(target.pid);
  if (process === null || !process.alive) return 'gone';`,
};

export const identityMutants: readonly Mutant[] = [
  {
    name: 'takes a number for a process',
    seenIn: 'the original, PM2; E3, F04',
    edits: [isAliveByNumber, watchByNumber],
    detector: simulation,
  },
  {
    name: 'signals whoever has the number',
    seenIn: 'the original, PM2; E5, F05',
    edits: [isAliveByNumber, signalByNumber],
    detector: simulation,
  },
  mutant(
    'believes any PID file',
    'the original, sysvinit scripts, old systemd (CVE-2018-16888); E5, X01',
    [
      pidFile,
      "if (isOurs(kernel, input, identity)) return { kind: 'found', identity };",
      "if (identity !== null) return { kind: 'found', identity };",
    ],
  ),
  mutant('adopts whom a stale PID file names', 'habitat, packetfence, the original; F03', [
    adoption,
    '  if (!kernel.isHeld(spec.lifeline)) {',
    `  const { pidFile } = spec;
  const reading = pidFile === null ? null : kernel.readPidFile(pidFile.path);
  const told = reading?.kind === 'pid' ? kernel.identify(reading.pid) : null;
  if (told !== null) return { type: 'adoption.found', identity: told, at, ready: true };
  if (!kernel.isHeld(spec.lifeline)) {`,
  ]),
  mutant('takes what is left of initdb for the server', 'PostgreSQL start scripts', [
    adoption,
    "  if (preparing !== null && kernel.isHeld(preparing)) return { type: 'adoption.leftovers', at };\n",
    '',
  ]),
  mutant(
    'leaves the start time out of identity',
    'every PID file; F04',
    [
      'src/kernel/linux/identity.ts',
      'if (stat === null || stat.startTime !== identity.startTime) return null;',
      'if (stat === null) return null;',
    ],
    test(
      'test/real/kernel/identity.test.ts',
      'tells a process from the one that had its pid before',
    ),
  ),
  mutant(
    'leaves the boot out of identity',
    'state files that outlive a reboot; F06',
    [
      'src/kernel/linux/identity.ts',
      'return identity.bootId === here().bootId && identity.pidNamespace',
      'return identity.pidNamespace',
    ],
    test(
      'test/real/kernel/identity.test.ts',
      'does not survive a reboot or a move to another container',
    ),
  ),
  mutant(
    'counts the dead that nobody has reaped as alive',
    'the original, drivechain; E2, F08',
    [
      stat,
      'return !stat.isThread && (!ended || stat.threads > 1);',
      'return !stat.isThread || ended;',
    ],
    test('test/real/kernel/identity.test.ts', 'of somebody else counts as dead'),
  ),
  mutant(
    'splits a stat file at its first bracket',
    'half of all parsers of /proc; F09',
    [stat, "const end = text.lastIndexOf(')');", "const end = text.indexOf(')');"],
    test('test/real/kernel/identity.test.ts', 'is not what a process is that calls itself one'),
  ),
  mutant(
    'reads a PID file as one number and nothing else',
    'the original; E8',
    ['src/kernel/pid-file.ts', "const [line = ''] = start.split('\\n', 1);", 'const line = start;'],
    test('test/kernel/pid-file.test.ts', 'a PID file'),
  ),
  mutant(
    'takes an empty PID file for process 0, its own group',
    'Number(""); F42, X28',
    [
      'src/kernel/pid-file.ts',
      "  if (start === '') return unusable('it is empty');\n",
      "  if (start === '') return { kind: 'pid', pid: Number(start) };\n",
    ],
    test('test/kernel/pid-file.test.ts', 'a PID file'),
  ),
];
