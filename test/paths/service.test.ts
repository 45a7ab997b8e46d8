/**
 * Every path through the chart of a service, walked by the real machine and its real
 * actors on the simulated kernel: what happens is caused in the world, and what the
 * machine then does is held against its chart.
 */
import { expect, it } from 'vitest';
import { command } from '../support/specs.ts';
import { allowedOfService } from './allowed.ts';
import { holdsInDocument } from './document.ts';
import { allWalks, pathsOf } from './generate.ts';
import { Lab } from './lab.ts';
import { perform } from './perform.ts';
import { reportOf } from './report.ts';
import { serviceStates } from './service-states.ts';
import { shape } from './shapes.ts';
import { SimulatedStage } from './simulated-stage.ts';

const place = { directory: '/state', command: (part: string) => command(part) };
const walks = allWalks((name) => shape(name, place));
const paths = pathsOf(walks);

it('takes every path through its chart, and covers all of it', { timeout: 600_000 }, async () => {
  const lab = new Lab();
  for (const path of paths) {
    const stage = new SimulatedStage({ isForeign: path.shape === 'foreign' });
    await perform(path, stage, lab);
    expect(stage.kernel.violations).toEqual([]);
  }
  const title = `service, ${paths.length} paths`;
  const { text, problems } = reportOf(title, lab.coverage, allowedOfService);
  console.log(text);
  expect(problems).toEqual([]);
});

it('reaches the states that are documented', () => {
  holdsInDocument('service', serviceStates(walks));
});
