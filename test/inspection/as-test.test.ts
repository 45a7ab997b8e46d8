/** A recording that becomes a test, and that test, run as anybody would run it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createRecorder,
  type Recording,
  recordingOf,
  recordingOfJournal,
  toTest,
} from '../../src/inspection/index.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { during, project, supervise } from '../support/project.ts';
import { child, group, restart, root, service } from '../support/specs.ts';

const repository = resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'drover-as-test-'));
symlinkSync(join(repository, 'node_modules'), join(directory, 'node_modules'));
writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
writeFileSync(join(directory, 'vitest.config.ts'), 'export default {};');
afterAll(() => rmSync(directory, { recursive: true }));

const imports = {
  library: join(repository, 'src/index.ts'),
  simulation: join(repository, 'src/kernel/simulated/index.ts'),
};

/** What vitest says of each of these files, by their names. */
async function run(
  sources: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  for (const [name, source] of Object.entries(sources)) {
    writeFileSync(join(directory, `${name}.test.ts`), source);
  }
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs');
  const words = [vitest, 'run', '--root', directory, '--reporter=json'];
  const text = await new Promise<string>((done) => {
    execFile(process.execPath, words, { timeout: 100_000 }, (_, stdout) => done(stdout));
  });
  const { testResults } = JSON.parse(text.slice(text.indexOf('{'))) as {
    readonly testResults: readonly {
      readonly name: string;
      readonly assertionResults: readonly { readonly status: string }[];
    }[];
  };
  return Object.fromEntries(
    testResults.map(({ name, assertionResults }) => [
      basename(name, '.test.ts'),
      assertionResults.map(({ status }) => status).join(' '),
    ]),
  );
}

const extras = { info: { subject: 'supervisor', name: 'shop', version: '0' } } as const;
const policy = restart({ jitter: 0.1 });

interface Told {
  readonly all: Recording;
  /** Begins while all are up, and one of them is on its way down. */
  readonly middle: Recording;
}

/** A database that crashes twice, what stands on it, a group that goes down together, a deaf one. */
async function shop(): Promise<Told> {
  const kernel = new SimulatedKernel()
    .script(
      'db',
      { exitsAfterMs: 7_000, exitCode: 3 },
      { exitsAfterMs: 400, exitSignal: 'SIGSEGV' },
      {},
    )
    .script('web', { stopsAfterMs: 700 })
    .script('deaf', { deafTo: ['SIGTERM'] })
    .script('a', {}, {})
    .script('b', { exitsAfterMs: 9_500, exitCode: 1 }, {});
  const spec = project(
    root([
      child(service('db', { restart: policy })),
      child(
        service('web', {
          restart: policy,
          dependsOn: [{ name: 'db', condition: 'ready', restart: true }],
        }),
        { sibling: 'db', target: 'db', condition: 'ready', restart: true },
      ),
      service('deaf'),
      group('pair', [service('a'), service('b')], { strategy: 'one_for_all' }),
    ]),
  );
  const { supervisor } = await supervise(spec, kernel);
  const recorder = createRecorder();
  recorder.attach(supervisor.actor);
  const began = recorder.baseline().at;
  await during(kernel, 20_000, supervisor.start());
  const stopping = supervisor.stop(['deaf']);
  kernel.clock.advance(1_000);
  const middle = recorder.baseline().at;
  await during(kernel, 29_000, stopping);
  kernel.kill('web', { code: 9, signal: null });
  await during(kernel, 5_000, Promise.resolve());
  await during(kernel, 5_000, supervisor.restart(['db']));
  await during(kernel, 20_000, supervisor.stop());
  const ended = recorder.baseline().at;
  return {
    all: recordingOf(recorder, began, ended, extras),
    middle: recordingOf(recorder, middle, ended, extras),
  };
}

/**
 * As its files tell it, where it is not told how soon one comes back: started, crashed and
 * come back, the one again and again, the other each time later; and stopped.
 */
async function journal(): Promise<Recording> {
  const kernel = new SimulatedKernel()
    .script('db', { exitsAfterMs: 7_000, exitCode: 3 }, {})
    .script('loop', { exitsAfterMs: 250, exitCode: 3 })
    .script('later', { exitsAfterMs: 200, exitCode: 3 });
  const often = restart({ delayMs: 100, factor: 1, jitter: 0, intensity: 1_000 });
  const later = restart({ delayMs: 500, factor: 3, maxDelayMs: 6_000, jitter: 0, intensity: 100 });
  const spec = project([
    service('db', { restart: policy }),
    service('loop', { restart: often }),
    service('later', { restart: later }),
  ]);
  const { supervisor } = await supervise(spec, kernel);
  supervisor.actor.send({ type: 'want', names: ['loop', 'later'] });
  await during(kernel, 20_000, supervisor.start(['db']));
  await during(kernel, 20_000, supervisor.stop());
  return recordingOfJournal([kernel.files.read('/state/journal.jsonl') ?? ''], { root: spec.root });
}

describe('a recording as a test', () => {
  it('passes when it is played again, from wherever it begins, and fails when a state is another', async () => {
    const { all, middle } = await shop();
    const source = toTest(all, imports);
    const altered = source.replace(/("web": \[\s+"starting",\s+)"running"/, '$1"crashed"');
    expect(altered).not.toBe(source);
    const later = toTest(middle, imports);
    expect(later).toMatch(/"web": \[\s+"crashed",\s+"backoff"/);
    const past = toTest(await journal(), imports);
    expect(past).toMatch(/"db": \[\s+"starting",\s+"running",\s+"crashed"/);
    expect(await run({ all: source, altered, middle: later, journal: past })).toEqual({
      all: 'passed',
      altered: 'failed',
      middle: 'passed',
      journal: 'passed',
    });
  }, 120_000);
});
