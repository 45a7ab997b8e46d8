import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { definitionOf } from '../../src/inspection/definition.ts';
import { inColumns } from '../../src/inspection/layout/columns.ts';
import { type Engine, startElk } from '../../src/inspection/layout/elk.ts';
import { faultsOf } from '../../src/inspection/layout/faults.ts';
import { planOf } from '../../src/inspection/layout/plan.ts';
import { shorten, widthOf } from '../../src/inspection/layout/text.ts';
import { forgetLayouts, layOut } from '../../src/inspection/layout.ts';
import type { Definition, LaidOutArrow, Layout } from '../../src/inspection/protocol.ts';
import { serviceMachine } from '../../src/machines/service.ts';
import { supervisorMachine } from '../../src/machines/supervisor.ts';

/** ELK takes seconds for the large ones, and shares the machine with other tests. */
const patience = { timeout: 120_000 };

const player = createMachine({
  id: 'player',
  type: 'parallel',
  states: {
    sound: {
      initial: 'on',
      states: { on: { on: { MUTE: 'off' } }, off: { on: { MUTE: 'on' } } },
    },
    picture: {
      initial: 'loading',
      states: {
        loading: { on: { LOADED: 'playing', FAIL: 'broken' }, after: { 5000: 'broken' } },
        playing: { on: { PAUSE: 'paused', END: 'ended' } },
        paused: { on: { PLAY: 'playing', STOP: '#player.sound.off' } },
        broken: { type: 'final' },
        ended: { type: 'final' },
      },
    },
  },
});

const editor = createMachine({
  id: 'editor',
  initial: 'editing',
  states: {
    editing: {
      initial: 'text',
      on: { LOCK: 'locked', RESET: '.text', AGAIN: { target: 'editing', reenter: true } },
      states: {
        text: { on: { IMAGE: 'image' } },
        image: { on: { TEXT: 'text' } },
        back: { type: 'history' },
        deepBack: { type: 'history', history: 'deep' },
      },
    },
    locked: { on: { UNLOCK: 'editing.back', RESTORE: 'editing.deepBack' } },
  },
});

const deep = createMachine({
  id: 'deep',
  initial: 'a',
  on: { HOME: '.a', NOTE: { actions: 'note' } },
  states: {
    a: {
      initial: 'b',
      states: {
        b: {
          initial: 'c',
          states: {
            c: {
              initial: 'd',
              on: { NEXT: '.e' },
              states: {
                d: {
                  entry: ['one', 'two'],
                  exit: ['three'],
                  on: { OUT: '#deep.z', UP: '#deep.a', SELF: { target: 'd', reenter: true } },
                },
                e: { on: { ACROSS: '#deep.z.y.x' } },
              },
            },
          },
        },
      },
    },
    z: {
      initial: 'y',
      states: { y: { initial: 'x', states: { x: { on: { DOWN: '#deep.a.b.c.d' } } } } },
    },
  },
});

const loops = createMachine({
  id: 'loops',
  initial: 'one',
  states: {
    one: {
      on: {
        A: { target: 'one', reenter: true },
        B: { target: 'one', reenter: true },
        C: 'two',
        D: { target: 'two', guard: 'aGuardWithANameThatNobodyWouldWriteButThatSomebodyDid' },
        E: { target: 'two', actions: ['x', 'y'] },
      },
    },
    two: {
      initial: 'inside',
      on: { AGAIN: { target: 'two', reenter: true }, BACK: 'one' },
      states: { inside: { on: { OUT: '#loops.two' } }, 状态机图: {} },
    },
  },
});

const all: Readonly<Record<string, AnyStateMachine>> = {
  'of a service': serviceMachine,
  'of a supervisor': supervisorMachine,
  'with parallel and final states': player,
  'with histories': editor,
  'of deep nesting': deep,
  'full of loops': loops,
  'with nothing in it': createMachine({ id: 'nothing' }),
};

describe('a layout', () => {
  for (const [name, machine] of Object.entries(all)) {
    it(`of the machine ${name} has nothing on anything else`, patience, async () => {
      const definition = definitionOf(machine);
      expect(faultsOf(definition, await layOut(definition))).toEqual([]);
    });

    it(`in columns of the machine ${name} has nothing on anything else`, () => {
      const definition = definitionOf(machine);
      expect(faultsOf(definition, inColumns(planOf(definition)))).toEqual([]);
    });
  }

  it('draws edges with the same ends as one arrow, with a line for each', patience, async () => {
    const layout = await layOut(definitionOf(loops));
    const arrow = arrowOf(layout, 'loops.one', 'loops.two');
    expect(arrow.label?.lines.map(({ text }) => text)).toEqual([
      'C',
      'D [aGuardWithANameThatNobodyWouldWriteB…',
      'E / x +1',
    ]);
  });

  it('lists what does not leave its state in the box of the state', patience, async () => {
    const layout = await layOut(definitionOf(deep));
    const root = layout.nodes.find(({ id }) => id === 'deep');
    expect(root?.lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'internal NOTE / note',
    ]);
    const leaf = layout.nodes.find(({ id }) => id === 'deep.a.b.c.d');
    expect(leaf?.lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'entry entry / one',
      'entry entry / two',
      'exit exit / three',
    ]);
  });

  it('puts what is written first on top', patience, async () => {
    const { nodes } = await layOut(definitionOf(serviceMachine));
    const top = (id: string) => nodes.find((node) => node.id === id)?.y ?? Number.NaN;
    const life = ['stopped', 'adopting', 'alive', 'ended', 'crashed'];
    const tops = life.map((state) => top(`service.${state}`));
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
  });

  it('marks where each state begins', patience, async () => {
    const { initials, nodes } = await layOut(definitionOf(player));
    expect(initials.map(({ of }) => of)).toEqual(['player.sound', 'player.picture']);
    for (const { route } of initials) expect(route.length).toBeGreaterThan(1);
    expect(nodes).toHaveLength(10);
  });
});

describe('a layout that cannot be made', () => {
  const broken = (lay: Engine['lay']): Engine => ({ lay, close: () => {} });

  beforeEach(forgetLayouts);

  it('is made with plain options where the good ones throw', patience, async () => {
    const definition = definitionOf(editor);
    const elk = await startElk();
    const tried: string[] = [];
    const start = async (): Promise<Engine> => ({
      close: () => elk.close(),
      lay: (plan, options) => {
        const strategy = options['elk.layered.cycleBreaking.strategy'] ?? 'none';
        tried.push(strategy);
        return strategy === 'none' ? elk.lay(plan, options) : Promise.reject(new Error('no'));
      },
    });
    const layout = await layOut(definition, { start });
    expect(tried.at(-1)).toBe('none');
    expect(tried.length).toBeGreaterThan(1);
    expect(layout).not.toEqual(inColumns(planOf(definition)));
  });

  it('comes in columns where the engine always throws', async () => {
    const definition = definitionOf(editor);
    const start = async () => broken(() => Promise.reject(new Error('hitboxes')));
    expect(await layOut(definition, { start })).toEqual(inColumns(planOf(definition)));
  });

  it('comes in columns where the engine does not start', async () => {
    const definition = definitionOf(editor);
    const start = () => Promise.reject(new Error('no threads'));
    expect(await layOut(definition, { start })).toEqual(inColumns(planOf(definition)));
  });

  it('comes in columns where the engine takes too long', async () => {
    const definition = definitionOf(editor);
    let stop = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new Error('the layout thread ended'));
    });
    const start = async (): Promise<Engine> => ({ lay: () => stopped, close: () => stop() });
    const layout = await layOut(definition, { start, patienceMs: 20 });
    expect(layout).toEqual(inColumns(planOf(definition)));
  });

  it('is the first that was made, where a better one takes too long', async () => {
    const definition = definitionOf(editor);
    let stop = () => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new Error('the layout thread ended'));
    });
    let count = 0;
    const lay: Engine['lay'] = (plan) => {
      count += 1;
      return count === 1 ? Promise.resolve({ ...inColumns(plan), width: 2_000 }) : stopped;
    };
    const start = async (): Promise<Engine> => ({ lay, close: () => stop() });
    const layout = await layOut(definition, { start, patienceMs: 40 });
    expect(layout.width).toBe(2_000);
    expect(count).toBe(2);
  });

  it('ends a thread that is still at it', patience, async () => {
    const definition = definitionOf(serviceMachine);
    const layout = await layOut(definition, { patienceMs: 1 });
    expect(layout).toEqual(inColumns(planOf(definition)));
  });
});

describe('the cache of layouts', () => {
  let directory: string;
  const definition = definitionOf(player);
  /** An engine that costs nothing, whose pictures are not those of the fallback. */
  const counted = () => {
    const starts = { count: 0 };
    const start = async (): Promise<Engine> => {
      starts.count += 1;
      const lay: Engine['lay'] = async (plan) => ({ ...inColumns(plan), width: 2_000 });
      return { lay, close: () => {} };
    };
    return { starts, start };
  };

  beforeEach(async () => {
    forgetLayouts();
    directory = await mkdtemp(join(tmpdir(), 'drover-layout-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('makes each chart once, whatever its number', async () => {
    const { starts, start } = counted();
    const again = { ...definition, definition: 7 };
    const both = [layOut(definition, { start }), layOut(again, { start })];
    expect(await both[0]).toBe(await both[1]);
    expect(starts.count).toBe(1);
  });

  it('is found again by the next who asks, on disk', async () => {
    const { starts, start } = counted();
    const made = await layOut(definition, { directory, start });
    forgetLayouts();
    expect(await layOut(definition, { directory, start })).toEqual(made);
    expect(starts.count).toBe(1);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('makes another for a machine that has changed', async () => {
    const { starts, start } = counted();
    await layOut(definition, { directory, start });
    const [first, ...rest] = definition.nodes;
    const changed: Definition =
      first === undefined
        ? definition
        : { ...definition, nodes: [{ ...first, entry: ['greet'] }, ...rest] };
    await layOut(changed, { directory, start });
    expect(starts.count).toBe(2);
    expect(await readdir(directory)).toHaveLength(2);
  });

  for (const [what, text] of [
    ['was cut short', '{"version":1,"lay'],
    ['is of another version', '{"version":0,"layout":{}}'],
    ['holds something else', '{"version":1,"layout":{"width":1,"height":1,"nodes":[{}]}}'],
  ] as const) {
    it(`replaces a file that ${what}`, async () => {
      const { start } = counted();
      const made = await layOut(definition, { directory, start });
      const [name = ''] = await readdir(directory);
      const file = join(directory, name);
      const whole = await readFile(file, 'utf8');
      const key = name.replace('.json', '');
      await writeFile(file, text.replace('"layout"', `"key":"${key}","layout"`));
      forgetLayouts();
      expect(await layOut(definition, { directory, start })).toEqual(made);
      expect(await readFile(file, 'utf8')).toBe(whole);
    });
  }

  it('does without a directory that cannot be written', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const { start } = counted();
    const layout = await layOut(definition, { directory: join(file, 'below'), start });
    expect(layout.width).toBe(2_000);
  });

  it('keeps nothing that was drawn in columns', async () => {
    const start = () => Promise.reject(new Error('no threads'));
    await layOut(definition, { directory, start });
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('whoever looks for faults', () => {
  const definition = definitionOf(loops);
  const good = inColumns(planOf(definition));
  const kinds = (layout: Layout) => [
    ...new Set(faultsOf(definition, layout).map(({ kind }) => kind)),
  ];
  const withArrow = (change: (arrow: LaidOutArrow) => LaidOutArrow): Layout => ({
    ...good,
    arrows: good.arrows.map((arrow, i) => (i === 0 ? change(arrow) : arrow)),
  });
  const withNode = (wanted: string, change: object): Layout => ({
    ...good,
    nodes: good.nodes.map((node) => (node.id === wanted ? { ...node, ...change } : node)),
  });
  const place = (id: string) => good.nodes.find((node) => node.id === id);

  it('sees a state on another', () => {
    const two = place('loops.two');
    expect(kinds(withNode('loops.one', { y: two?.y }))).toContain('nodes');
  });

  it('sees a state that is not within the one around it', () => {
    expect(kinds(withNode('loops.two.inside', { x: 0 }))).toContain('nodes');
  });

  it('sees a label on another, and on a state', () => {
    const other = good.arrows[1]?.label;
    const onOther = withArrow((arrow) => moved(arrow, other ?? { x: 0, y: 0 }));
    expect(kinds(onOther)).toContain('label');
    const one = place('loops.one');
    const onState = withArrow((arrow) => moved(arrow, { x: (one?.x ?? 0) + 5, y: one?.y ?? 0 }));
    expect(kinds(onState)).toContain('label');
  });

  it('sees an arrow through the label of another', () => {
    const label = good.arrows[1]?.label;
    const x = (label?.x ?? 0) + 10;
    const route = [
      { x, y: 0 },
      { x, y: good.height },
    ];
    expect(kinds(withArrow((arrow) => ({ ...arrow, routes: [route] })))).toContain('crossed');
  });

  it('sees an arrow through a state', () => {
    const one = place('loops.one');
    const y = (one?.y ?? 0) + 10;
    const route = [
      { x: 0, y },
      { x: good.width, y },
    ];
    expect(kinds(withArrow((arrow) => ({ ...arrow, routes: [route] })))).toContain('through');
  });

  it('sees what is out of the picture, out of its box, and missing', () => {
    expect(kinds({ ...good, width: 50 })).toContain('bounds');
    expect(kinds(withNode('loops.one', { width: 20 }))).toContain('text');
    expect(kinds({ ...good, arrows: good.arrows.slice(1) })).toEqual(['missing']);
    expect(kinds({ ...good, nodes: good.nodes.slice(0, -1) })).toContain('missing');
  });
});

describe('the width of text', () => {
  it('counts a wide letter as two', () => {
    expect(widthOf('状态')).toBe(widthOf('abcd'));
  });

  it('cuts between letters, not within them', () => {
    expect(shorten('👍👍👍👍', 3)).toBe('👍👍…');
    expect(shorten('short', 5)).toBe('short');
  });
});

function moved(arrow: LaidOutArrow, { x, y }: { readonly x: number; readonly y: number }) {
  return arrow.label === null ? arrow : { ...arrow, label: { ...arrow.label, x, y } };
}

function arrowOf({ arrows }: Layout, source: string, target: string): LaidOutArrow {
  const found = arrows.find((arrow) => arrow.source === source && arrow.target === target);
  if (found === undefined) throw new Error(`no arrow from ${source} to ${target}`);
  return found;
}
