/**
 * The paths of a service's chart, taken by real processes on Linux. What each step comes
 * to must be what it came to in the simulated world. A selection that takes every
 * transition; all of them by `npm run paths -- --real all`.
 */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allowedOfReal } from '../../paths/allowed.ts';
import { allWalks, isAt, type Path, pathsOf } from '../../paths/generate.ts';
import { Lab } from '../../paths/lab.ts';
import { type Outcome, perform } from '../../paths/perform.ts';
import { reportOf } from '../../paths/report.ts';
import { Covering, select, type Walked } from '../../paths/selection.ts';
import { shape } from '../../paths/shapes.ts';
import { SimulatedStage } from '../../paths/simulated-stage.ts';
import { command } from '../../support/specs.ts';
import { usePuppets } from './puppets.ts';
import { RealStage } from './real-stage.ts';

const theatre = usePuppets();
const place = { directory: '/state', command: (part: string) => command(part) };
const isAll = process.env['DROVER_REAL_PATHS'] === 'all';

it('comes to the same with real processes', { timeout: 1_800_000 }, async () => {
  const paths = pathsOf(allWalks((name) => shape(name, place))).filter(isPossible);
  const simulated = await simulate(paths);
  const walked = isAll ? simulated : select(simulated);
  const real = new Lab();
  for (const [i, { path, outcomes }] of walked.entries()) {
    const { kernel, puppets, directory } = theatre();
    const stage = new RealStage(kernel, puppets, join(directory, String(i)));
    expect(await perform(path, stage, real), told(path)).toEqual(outcomes);
    await stage.close();
  }
  const title = `service with real processes, ${walked.length} of ${paths.length} paths`;
  const { text, problems } = reportOf(title, real.coverage, allowedOfReal);
  console.log(text);
  expect(problems).toEqual([]);
});

async function simulate(paths: readonly Path[]): Promise<Walked<readonly Outcome[]>[]> {
  const lab = new Lab();
  const covering = new Covering(lab.coverage);
  const walked: Walked<readonly Outcome[]>[] = [];
  for (const path of paths) {
    const outcomes = await perform(path, new SimulatedStage(), lab);
    walked.push({ path, outcomes, covered: covering.news() });
  }
  return walked;
}

/** Whether real processes can be made to do it, and it can be told in which order. */
function isPossible({ shape: name, steps }: Path): boolean {
  return (
    name !== 'foreign' &&
    steps.every(({ event, from, to }) => {
      if (event.type === 'process.notSpawned') return event.problem === 'missing-binary';
      if (isAt('stuck', to)) return false;
      if (!isAt('killing', from)) return true;
      // Only the main process of ours says when it is dead, and so leaves time for more.
      const isMainAlive = from.includes('"process":true');
      if (event.type === 'process.exited') return !event.survivors;
      return event.type === 'tree.ended' || isMainAlive;
    })
  );
}

const told = ({ shape: name, past, steps }: Path): string =>
  `"${name}" after "${past}": ${steps.map(({ event }) => event.type).join(', ')}`;
