/** How often and how soon what crashed comes back. */
import { type Mutant, mutant, test } from '../mutant.ts';

const restart = 'src/machines/restart.ts';

export const restartMutants: readonly Mutant[] = [
  mutant('restarts once too often', 'systemd#21025; F51', [
    restart,
    'if (recent.length >= policy.intensity) {',
    'if (recent.length > policy.intensity) {',
  ]),
  mutant('counts no restart', 'supervisord with startsecs=0, PM2; F50', [
    restart,
    'history: { restarts: [...recent, crash.at], streak: streak + 1 },',
    'history: { restarts: [...recent], streak: streak + 1 },',
  ]),
  mutant('counts in a window that is too short', 'seconds taken for milliseconds; F51', [
    restart,
    'return restarts.filter((time) => time > at - periodMs && time <= at);',
    'return restarts.filter((time) => time > at - periodMs / 1_000 && time <= at);',
  ]),
  mutant('restarts without delay', 'supervisord, runit; F50', [
    restart,
    "kind: 'restart', delayMs: delayOf(policy, streak, crash.chance) },",
    "kind: 'restart', delayMs: 0 * crash.chance },",
  ]),
  mutant(
    'never waits longer than the first time',
    'a counter that is not kept; F50',
    [
      restart,
      'history: { restarts: [...recent, crash.at], streak: streak + 1 },',
      'history: { restarts: [...recent, crash.at], streak: 0 },',
    ],
    test('test/machines/restarts.test.ts', 'grows by the factor up to the cap'),
  ),
  mutant(
    'waits 1 ms for what should be 30 days',
    "Node's setTimeout; M14, F53, F61",
    [
      'src/kernel/linux/clock.ts',
      'delayMs > longestMs ? new LongTimer(run, delayMs) : setTimeout(run, delayMs).unref(),',
      'delayMs > 1e300 ? new LongTimer(run, delayMs) : setTimeout(run, delayMs).unref(),',
    ],
    test('test/real/kernel/portable.test.ts', 'does not fire a delay too long for a timer at once'),
  ),
  mutant(
    'forgets its count when the manager is killed',
    'systemd before PR 30024; F52',
    [
      'src/runtime/chronicle.ts',
      'restarts: byName(all.map(([name, { restarts }]) => [name, restarts])),',
      'restarts: byName(all.map(([name]) => [name, []])),',
    ],
    test('test/runtime/supervisor.test.ts', 'keeps restart limits across a crash of the manager'),
  ),
  mutant(
    'does not count what crashed while nobody looked',
    'all that do not journal; F52',
    [
      'src/actors/adoption.ts',
      'const vanished = recorded !== null && recorded.bootId === kernel.self().bootId;',
      'const vanished = recorded !== null && recorded.pid < 0;',
    ],
    test('test/machines/restarts.test.ts', 'counts a crash that came while no manager looked'),
  ),
  mutant(
    'does not let a group give up',
    'OTP supervisors without intensity',
    [
      'src/machines/fleet.ts',
      'if (escalates(fleet) && recent.length >= intensity) return exceed(fleet, index, at);',
      'if (escalates(fleet) && recent.length > 1e9 + intensity) return exceed(fleet, index, at);',
    ],
    test('test/machines/groups.test.ts', 'group'),
  ),
  mutant('has timers that go by the wall clock', 'supervisord#281, sonic#2136; F59', [
    'src/kernel/simulated/manager.ts',
    'setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs, owner),',
    `setTimeout: ((began) => (run, delayMs) => {
      const jumped = clock.wall() - clock.elapsed() - began;
      return clock.setTimeout(run, Math.max(0, delayMs - jumped), owner);
    })(clock.wall() - clock.elapsed()),`,
  ]),
  mutant(
    'gives up what ends while it starts',
    'pebble#240; F56',
    [
      restart,
      "if (policy.type === 'temporary') return",
      "if (policy.type === 'temporary' || failure?.kind === 'exited-while-starting') return",
    ],
    test(
      'test/machines/service-life.test.ts',
      'takes an immediate exit for a crash and says how it exited',
    ),
  ),
  mutant('still asks for the health of what is gone', 'pebble#149; F55', [
    'src/machines/service.ts',
    "          exit: stopChild('health'),\n",
    '',
  ]),
];
