/** A reader of logs that lost its connection goes on where it was, without a gap or a repetition. */
import { expect, it } from 'vitest';
import { readCursor } from '../../src/control/streams.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import type { LogBeginning, LogLine, LogOptions, Supervisor } from '../../src/runtime/api.ts';
import { during, project, supervise } from '../support/project.ts';
import { service } from '../support/specs.ts';

it('understands a cursor, and nothing else', () => {
  expect(readCursor('logs/web:12@a-1,api.v2:345@-')).toEqual({
    web: { log: 'a-1', offset: 12 },
    'api.v2': { log: '-', offset: 345 },
  });
  expect(readCursor('1764000000000/web:12')).toBeNull();
  expect(readCursor('nonsense')).toBeNull();
  expect(readCursor('17')).toBeNull();
  expect(readCursor('logs/web:-1@a,api:0x10@a,:5@a,db:5,mail:5@,q:5@a@b')).toEqual({});
});

const prints = ['one', 'two', 'three', 'four'].map((line, i) => ({ afterMs: i * 100, line }));
const kernelThatPrints = () => new SimulatedKernel().script('web', { prints });

async function read(kernel: SimulatedKernel, supervisor: Supervisor, options: LogOptions) {
  const lines: LogLine[] = [];
  const began: LogBeginning[] = [];
  const reading = supervisor
    .logs(['web'], { follow: true, began: (one) => began.push(one), ...options })
    .subscribe((line) => lines.push(line));
  await during(kernel, 2_000, Promise.resolve());
  reading.unsubscribe();
  return { lines, began, texts: lines.map(({ text }) => text) };
}

it('reads on behind the line that was read last', async () => {
  const kernel = kernelThatPrints();
  const { supervisor } = await supervise(project([service('web')]), kernel);
  await during(kernel, 2_000, supervisor.start());
  const all = await read(kernel, supervisor, { lines: 10 });
  expect(all.texts).toEqual(['one', 'two', 'three', 'four']);
  const web = all.lines[1] as LogLine;
  const rest = await read(kernel, supervisor, { after: { web } });
  expect(rest.texts).toEqual(['three', 'four']);
  expect(rest.began).toEqual([{ service: 'web', log: web.log, offset: web.offset, isGap: false }]);
});

it('begins before the first line where a reader came before anything was printed', async () => {
  const kernel = kernelThatPrints();
  const { supervisor } = await supervise(project([service('web')]), kernel);
  const { began } = await read(kernel, supervisor, { lines: 0 });
  await during(kernel, 2_000, supervisor.start());
  const [web] = began;
  if (web === undefined) throw new Error('nothing began');
  const all = await read(kernel, supervisor, { lines: 0, after: { web } });
  expect(all.texts).toEqual(['one', 'two', 'three', 'four']);
});

it('says so where the place is of another log', async () => {
  const kernel = kernelThatPrints();
  const { supervisor } = await supervise(project([service('web')]), kernel);
  await during(kernel, 2_000, supervisor.start());
  const web = { log: 'another', offset: 4 };
  const { began, texts } = await read(kernel, supervisor, { after: { web } });
  expect(began.map(({ isGap }) => isGap)).toEqual([true]);
  expect(texts).toEqual([]);
});
