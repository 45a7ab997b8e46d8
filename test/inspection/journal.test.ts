/** The past that a journal tells, as the inspector shows it. */
import { describe, expect, it } from 'vitest';
import {
  type EventRecord,
  type InspectionRecord,
  type Recording,
  recordingOfEvents,
  recordingOfJournal,
  type StepRecord,
} from '../../src/inspection/index.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { writeLine } from '../../src/runtime/journal-record.ts';
import { during, project, supervise } from '../support/project.ts';
import { child, group, need, restart, root, service } from '../support/specs.ts';

async function past() {
  const kernel = new SimulatedKernel().script('db', { exitsAfterMs: 7_000, exitCode: 3 }, {});
  const db = service('db', { restart: restart({ delayMs: 500 }) });
  const web = service('web', { dependsOn: [{ name: 'db', condition: 'ready', restart: false }] });
  const spec = project(
    root([group('back', [child(db)]), child(web, need('back', 'ready', { target: 'db' }))]),
  );
  const { supervisor } = await supervise(spec, kernel);
  const began = kernel.clock.wall();
  await during(kernel, 20_000, supervisor.start());
  const middle = kernel.clock.wall();
  await during(kernel, 20_000, supervisor.stop(['web']));
  const text = kernel.files.read('/state/journal.jsonl') ?? '';
  return { kernel, supervisor, spec, text, began, middle };
}

const numberOf = ({ baseline }: Recording, name: string): number =>
  baseline.actors.find(({ actor }) => actor.id === name)?.actor.actor ?? -1;

const tagsOf = (recording: Recording, name: string): readonly string[] =>
  recording.records.flatMap((one) =>
    one.kind === 'state' && one.actor === numberOf(recording, name) ? [one.tags?.[0] ?? ''] : [],
  );

const stepsOf = (recording: Recording, name: string): readonly StepRecord[] =>
  recording.records.filter(
    (one): one is StepRecord => one.kind === 'step' && one.actor === numberOf(recording, name),
  );

const whole = ['starting', 'running', 'crashed', 'backoff', 'stopped', 'starting', 'running'];

describe('a journal as a recording', () => {
  it('goes through the states that were, on the same charts', async () => {
    const { text, spec } = await past();
    const recording = recordingOfJournal([text], { root: spec.root, name: 'shop' });
    expect(tagsOf(recording, 'db').slice(-7)).toEqual(whole);
    expect(recording.definitions.map(({ id }) => id)).toEqual(['supervisor', 'service']);
    expect(recording.info).toMatchObject({ source: 'journal', name: 'shop', control: false });
    const db = recording.baseline.actors.find(({ actor }) => actor.service === 'db');
    expect(db?.actor).toMatchObject({ parent: numberOf(recording, 'back'), definition: 1 });
    const last = recording.records.findLast(
      (one) => one.kind === 'state' && one.actor === db?.actor.actor,
    );
    expect(last).toMatchObject({ value: { alive: { running: 'healthy' } } });
    expect(recording.records.map(({ seq }) => seq)).toEqual(
      recording.records.map((_, i) => recording.baseline.seq + 1 + i),
    );
  });

  it('finds the way through the chart, edge by edge', async () => {
    const { text, spec } = await past();
    const recording = recordingOfJournal([text], { root: spec.root });
    const edges = new Map(
      recording.definitions.flatMap((one) => one.edges).map((one) => [one.id, one]),
    );
    const steps = stepsOf(recording, 'db').filter(({ edges: some }) => some.length > 0);
    for (const { edges: some } of steps) {
      for (const id of some) expect(edges.has(id)).toBe(true);
    }
    const events = (step: StepRecord | undefined) =>
      (step?.edges ?? []).map((id) => edges.get(id)?.label);
    const crash = steps.find(({ event }) => event === 'process.exited');
    expect(events(crash)).toEqual(['process.exited', 'always', 'always']);
    const backoff = steps.find(({ event }) => event === 'restart');
    expect(events(backoff)).toEqual(['restart']);
    const start = steps.find(({ event }) => event === 'start');
    expect(events(start)).toEqual(['start']);
  });

  it('leads from the second start back to the exit', async () => {
    const { text, spec } = await past();
    const recording = recordingOfJournal([text], { root: spec.root });
    const bySeq = new Map(recording.records.map((one) => [one.seq, one]));
    const step = stepsOf(recording, 'db').findLast(({ event }) => event === 'start');
    const chain: string[] = [];
    let one: InspectionRecord | undefined = bySeq.get(step?.handles ?? -1);
    while (one?.kind === 'event') {
      chain.push(one.event.type);
      one = bySeq.get((one as EventRecord).cause ?? -1);
    }
    expect(chain).toEqual([
      'start',
      'xstate.after.backoff.service.backoff',
      'restart',
      'process.exited',
    ]);
  });

  it('begins anywhere, with how things stood', async () => {
    const { text, spec, middle } = await past();
    const recording = recordingOfJournal([text], { root: spec.root, since: middle });
    const web = recording.baseline.actors.find(({ actor }) => actor.service === 'web');
    expect(web?.state).toMatchObject({
      tags: ['running'],
      value: { alive: { running: 'healthy' } },
    });
    expect(tagsOf(recording, 'web')).toEqual(['stopping', 'stopped']);
    expect(recording.records.every(({ at }) => at >= middle)).toBe(true);
    const wish = recording.records.find((one) => one.kind === 'event');
    expect(wish).toMatchObject({ event: { type: 'stop', payload: { by: 'embedder' } } });
    const row = recording.services.find(({ name }) => name === 'web');
    expect(row).toMatchObject({ state: 'stopped', desired: 'down', group: 'root' });
    const db = recording.services.find(({ name }) => name === 'db');
    expect(db).toMatchObject({ state: 'running', desired: 'up', group: 'back', restarts: 1 });
    expect(db?.pid).toBeGreaterThan(0);
  });

  it('ends where it is told to', async () => {
    const { text, spec, began } = await past();
    const until = began + 5_000;
    const recording = recordingOfJournal([text], { root: spec.root, until });
    expect(recording.until).toBeLessThanOrEqual(until);
    expect(tagsOf(recording, 'db').slice(-2)).toEqual(['starting', 'running']);
  });

  it('names every service also where the tree is not known', async () => {
    const { text } = await past();
    const recording = recordingOfJournal([text]);
    expect(recording.services.map(({ name }) => name).sort()).toEqual(['db', 'web']);
    expect(recording.groups.map(({ name }) => name).sort()).toEqual(['back', 'root']);
    expect(tagsOf(recording, 'db').slice(-7)).toEqual(whole);
  });

  it('can be made of what a supervisor tells of its past', async () => {
    const { supervisor, spec } = await past();
    const recording = recordingOfEvents(supervisor.history({ limit: 10_000 }), { root: spec.root });
    expect(tagsOf(recording, 'db').slice(-7)).toEqual(whole);
    expect(tagsOf(recording, 'web').slice(-2)).toEqual(['stopping', 'stopped']);
  });

  it('bears what is cut off, damaged, told twice, or of a kind that nobody knows', async () => {
    const { text, spec } = await past();
    const lines = text.trimEnd().split('\n');
    const foreign = writeLine({ type: 'tea', seq: 9_000, at: 1, wall: 1e15, boot: 'b' } as never);
    const stranger = writeLine({
      ...{ type: 'state', service: 'unheard-of', from: 'stopped', to: 'running', detail: 'x.y' },
      ...{ cause: '', seq: 9_001, at: 1, wall: 1e15, boot: 'b' },
    } as never);
    const damaged = [...lines.slice(0, 4), 'garbage', '', '00000000 {"type":"state"}', ...lines];
    const messy = `${damaged.join('\n')}\n${foreign}${stranger}${lines.at(-1)?.slice(0, 40)}`;
    const clean = recordingOfJournal([text], { root: spec.root });
    const recording = recordingOfJournal([messy, text], { root: spec.root });
    expect(tagsOf(recording, 'db')).toEqual(tagsOf(clean, 'db'));
    expect(tagsOf(recordingOfJournal([messy]), 'unheard-of')).toEqual(['running']);
    expect(recordingOfJournal(['']).records).toEqual([]);
    expect(recordingOfJournal([]).baseline.actors).toHaveLength(1);
  });

  it('refuses one that only a later drover can read', () => {
    const text = writeLine({ type: 'journal', version: 2, seq: 0, memories: 0 });
    expect(() => recordingOfJournal([text])).toThrow(/version 2/);
  });
});
