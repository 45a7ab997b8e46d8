/** The examples of `drover/vitest`, run as a user runs them: real services, the real test runner. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { blocksOf } from '../../support/blocks.ts';
import { UserProject, vitest } from './project.ts';

let project: UserProject;
afterEach(() => project.close());

/** As docs/testing.md prints them: the words behind `npx vitest`. */
function commandsOf(example: string): readonly (readonly string[])[] {
  const block = blocksOf('docs/testing.md').find(
    ({ language, of }) => language === 'sh' && of === `examples/${example}`,
  );
  const lines = block?.text.trim().split('\n') ?? [];
  return lines.map((line) => line.replace(/^npx vitest /, '').split(' '));
}

/** The number of tests that passed; the whole output where not all did. */
async function passed(words: readonly string[] | undefined): Promise<number> {
  const { code, said } = await project.run(vitest, ...(words ?? ['--help']));
  const [, count] = /Tests\s+(\d+) passed \(\1\)/.exec(said) ?? [];
  if (code !== 0 || count === undefined) throw new Error(said);
  return Number(count);
}

function expectNothingLeft(): void {
  expect(project.processes()).toEqual([]);
  expect(project.left()).toEqual([]);
}

/** As an editor would see it. */
async function complaints(): Promise<string> {
  const strict = { strict: true, noEmit: true, skipLibCheck: true, types: ['node'] };
  const modern = { target: 'ES2023', module: 'NodeNext', moduleResolution: 'NodeNext' };
  const options = { ...strict, ...modern, allowImportingTsExtensions: true };
  const config = { compilerOptions: options, include: ['*.ts'] };
  writeFileSync(join(project.directory, 'tsconfig.json'), JSON.stringify(config));
  return (await project.run('typescript/bin/tsc', '-p', '.')).said;
}

// Each runs Vitest and the type checker, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

describe("the tests of one's own stack in virtual time", () => {
  it('need nothing of it to be installed', async () => {
    project = new UserProject('simulated-stack');
    expect(await complaints()).toBe('');
    expect(await passed(commandsOf('simulated-stack')[0])).toBe(5);
    expectNothingLeft();
  });
});

describe('a stack that needs nothing but Node', () => {
  it('is up before the first test of a run, and gone after the last', async () => {
    project = new UserProject('vitest-node');
    expect(await complaints()).toBe('');
    expect(await passed(commandsOf('vitest-node')[0])).toBe(2);
    expectNothingLeft();
  });
});

const hasPostgres =
  spawnSync('sh', ['-c', 'command -v psql && (command -v postgres || ls /usr/lib/postgresql)'])
    .status === 0;

describe.skipIf(!hasPostgres)('a PostgreSQL for each worker', () => {
  it('is there for the tests that name it, empty for each, and gone with its worker', async () => {
    project = new UserProject('vitest-postgres');
    expect(await complaints()).toBe('');
    expect(await passed(commandsOf('vitest-postgres')[0])).toBe(4);
    expectNothingLeft();
  });

  it('is shared by the files of a worker that does not isolate them', async () => {
    project = new UserProject('vitest-postgres');
    expect(await passed(commandsOf('vitest-postgres')[1])).toBe(4);
    expectNothingLeft();
  });
});
