/** Whoever is answered can rely on it: what he was told is on record before he hears it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSupervisor } from '../../src/index.ts';
import { temporaryDirectory } from '../support/temporary.ts';

it('finds a start and a stop in the journal as soon as they are over', async () => {
  const stateDir = join(temporaryDirectory('drover-answered-'), 'state');
  const supervisor = await createSupervisor({
    name: 'answered',
    stateDir,
    services: { sleeper: { command: ['sleep', '600'] } },
  });
  const recorded = () => readFileSync(join(stateDir, 'journal.jsonl'), 'utf8');
  await supervisor.start();
  expect(recorded()).toContain('"to":"running"');
  await supervisor.stop();
  expect(recorded()).toMatch(/"to":"stopped".*\n$/);
  await supervisor.dispose();
});
