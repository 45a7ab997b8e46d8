/** One seed is one trace: twice, in another process, and whatever the wall clock shows. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCampaign } from '../../src/simulation/campaign.ts';
import { resimulate, type Simulation, simulate } from '../../src/simulation/index.ts';

const options = {
  seeds: 6,
  from: 40,
  mode: 'all',
  steps: 100,
  size: 5,
  stopAtFirst: false,
} as const;

describe('a seed', { timeout: 120_000 }, () => {
  it('gives the same trace when it is run twice', async () => {
    const { failures } = await runCampaign({ ...options, twice: true });
    expect(failures).toEqual([]);
  });

  it('gives another trace than another seed', async () => {
    const [one, other] = [await simulate({ seed: 1 }), await simulate({ seed: 3 })];
    expect(one.trace.length).toBeGreaterThan(20);
    expect(one.hash).not.toBe(other.hash);
  });

  it('gives the same trace in another process', async () => {
    const here = await runCampaign(options);
    const script = [
      'scripts/simulate.mjs',
      '--seeds',
      '6',
      '--from',
      '40',
      '--steps',
      '100',
      '--json',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, script);
    expect(JSON.parse(stdout)).toMatchObject({ hash: here.hash, events: here.events });
  });

  it('gives the same trace when it is played again from its acts', async () => {
    for (const mode of ['safety', 'liveness'] as const) {
      const once = await simulate({ seed: 11, mode });
      const again = await resimulate(once.scenario, once.acts, once.lastsMs);
      expect(again.trace).toEqual(once.trace);
    }
  });

  it('gives the same trace whether or not the wall clock is set', async () => {
    let jumps = 0;
    for (let seed = 1; jumps < 3; seed += 1) {
      const once = await simulate({ seed, steps: 100, mode: 'safety' });
      const still = once.acts.filter(({ act }) => act.do !== 'set-clock');
      if (still.length === once.acts.length) continue;
      jumps += 1;
      const again = await resimulate(once.scenario, still, once.lastsMs);
      expect(withoutClock(again)).toEqual(withoutClock(once));
    }
  });
});

const withoutClock = ({ trace }: Simulation) =>
  trace.filter((line) => !/^\d+ set-clock/.test(line));
