/** What a script can tell apart. */
import { expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/exit-codes.ts';
import { SupervisorError } from '../../src/services/errors.ts';

it('has one exit code for each kind of failure', () => {
  const codes = {
    'start-failed': 1,
    'invalid-config': 2,
    'no-config': 2,
    usage: 2,
    'invalid-request': 2,
    'not-running': 3,
    'unknown-service': 4,
    timeout: 5,
    'daemon-not-reachable': 6,
    'daemon-not-answering': 6,
    interrupted: 130,
  };
  for (const [code, expected] of Object.entries(codes)) {
    expect([code, exitCodeOf(new SupervisorError(code, 'x'))]).toEqual([code, expected]);
  }
  expect(exitCodeOf(new Error('a defect'))).toBe(1);
  expect(exitCodeOf('thrown')).toBe(1);
});
