/**
 * Every planted mistake is noticed, each in a process of its own: a simulation that does not
 * notice them would not notice the next one either. `npm run mutants` says more.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { detectAll } from './campaign.ts';
import { breaks, type Finding } from './detect.ts';
import { mutants } from './list/index.ts';
import type { Mutant } from './mutant.ts';
import { misfits } from './plant.ts';
import { lastSeeds } from './seeds.ts';

/** Far more than docs/mutants.md says that any of them takes. */
const bounds = { seeds: 600, patienceMs: 400_000 };
/** Others need a processor as well. */
const jobs = 2;
const seeds = lastSeeds();

it('fit into the source as it is', () => {
  expect(misfits(mutants)).toEqual([]);
});

it('are caught on seeds on which nothing else is wrong', { timeout: 400_000 }, async () => {
  const tried = new Set(Object.values(seeds).filter((seed) => seed !== undefined));
  expect(await breaks([...tried], bounds.patienceMs)).toBeNull();
});

describe('a drover that', { timeout: 400_000 }, () => {
  const findings = new Map(mutants.map((mutant) => [mutant.name, deferred()]));

  beforeAll(() => {
    const boundsOf = ({ name }: Mutant) => ({ ...bounds, first: seeds[name] });
    const tell = (finding: Finding) => findings.get(finding.mutant.name)?.resolve(finding);
    detectAll(mutants, boundsOf, jobs, tell).catch((error) => {
      for (const { reject } of findings.values()) reject(error);
    });
  });

  it.each(mutants)('$name is caught', async ({ name }) => {
    const finding = await findings.get(name)?.promise;
    expect(finding?.by, `${finding?.said} (${finding?.seeds} runs)`).not.toBeNull();
  });
});

function deferred() {
  let resolve: (finding: Finding) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<Finding>((...both) => {
    [resolve, reject] = both;
  });
  // Whoever does not come to wait for it has failed before.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
