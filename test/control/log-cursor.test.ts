/** A reader of logs that lost its connection goes on where it was, without a gap or a repetition. */
import { expect, it } from 'vitest';
import { readCursor } from '../../src/control/streams.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { during, project, supervise } from '../support/project.ts';
import { service } from '../support/specs.ts';

it('understands a cursor of this manager, and no other', () => {
  expect(readCursor('7/web:12,api.v2:345', '7')).toEqual({ web: 12, 'api.v2': 345 });
  expect(readCursor('6/web:12', '7')).toBeNull();
  expect(readCursor('nonsense', '7')).toBeNull();
  expect(readCursor('7/web:-1,api:0x10,:5', '7')).toEqual({ '': 5 });
});

it('reads on behind the line that was read last', async () => {
  const prints = ['one', 'two', 'three', 'four'].map((line, i) => ({ afterMs: i * 100, line }));
  const kernel = new SimulatedKernel().script('web', { prints });
  const { supervisor } = await supervise(project([service('web')]), kernel);
  await during(kernel, 2_000, supervisor.start());
  const read = async (options: object) => {
    const lines: { text: string; offset: number }[] = [];
    const reading = supervisor
      .logs(['web'], { follow: true, ...options })
      .subscribe((line) => lines.push(line));
    await during(kernel, 2_000, Promise.resolve());
    reading.unsubscribe();
    return lines;
  };
  const all = await read({ lines: 10 });
  expect(all.map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
  const rest = await read({ after: { web: all[1]?.offset } });
  expect(rest.map(({ text }) => text)).toEqual(['three', 'four']);
});
