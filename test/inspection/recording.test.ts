/** A stretch of the past as one file, as messages for others, and what a definition is. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import {
  createRecorder,
  definitionOf,
  type Recording,
  recordingOf,
  type StatelyMessage,
  statelyExport,
  toHtml,
} from '../../src/inspection/index.ts';
import { SimulatedKernel } from '../../src/kernel/simulated/index.ts';
import { serviceMachine } from '../../src/machines/service.ts';
import { command, restart, service } from '../support/specs.ts';
import { boot } from '../support/world.ts';

const nasty = '</script><script>alert(1)</script><!-- $& \u2028';
const info = { subject: 'supervisor', name: nasty, version: '0' } as const;

const page = {
  html: `<!doctype html>
<html><head>
    <meta charset="utf-8" />
    <script type="module" crossorigin src="./inspector.js"></script>
    <link rel="stylesheet" crossorigin href="./inspector.css">
  </head><body><div id="app"></div></body></html>`,
  js: 'const end = "</script>"; const open = "<!--"; const cost = "$1 $&";',
  css: 'p::before { content: "</style>"; }',
};

function crashed() {
  const kernel = new SimulatedKernel().script('web', { exitsAfterMs: 3_000, exitCode: 1 }, {});
  const secret = { ...command('web', '--password=hunter2'), env: { DB: 'hunter2' } };
  const web = service('web', { command: secret, restart: restart({ delayMs: 500 }) });
  const world = boot([web], { kernel });
  const recorder = createRecorder();
  recorder.attach(world.root);
  const began = recorder.baseline().at;
  world.start('web');
  world.advance(2_000);
  const middle = recorder.baseline().at;
  world.advance(4_000);
  return { kernel, world, recorder, began, middle, ended: recorder.baseline().at };
}

describe('a recording', () => {
  it('holds a stretch with how it began, and nothing from before or after', () => {
    const { recorder, middle, world, ended } = crashed();
    world.advance(1);
    world.stop('web');
    world.advance(5_000);
    const recording = recordingOf(recorder, middle + 1, ended, { info });
    const web = recording.baseline.actors.find(({ actor }) => actor.service === 'web');
    expect(web?.state).toMatchObject({ tags: ['running'] });
    expect(web?.state?.context).toMatchObject({ spec: { name: 'web' } });
    const tags = recording.records.flatMap((one) => (one.kind === 'state' ? (one.tags ?? []) : []));
    expect(tags).toContain('crashed');
    expect(tags).not.toContain('stopping');
    expect(recording.records.every(({ at }) => at > middle && at <= ended)).toBe(true);
    expect(recording.records[0]?.seq).toBe(recording.baseline.seq + 1);
    expect(recording.definitions.map(({ id }) => id)).toEqual(['supervisor', 'service']);
    expect(recording).toMatchObject({ from: middle + 1, until: ended });
    expect(recording.info).toMatchObject({ source: 'recording', control: false });
  });

  it('begins where the recorder still knows', () => {
    const kernel = new SimulatedKernel();
    const world = boot([service('web')], { kernel });
    const recorder = createRecorder({ capacity: 40 });
    recorder.attach(world.root);
    for (let n = 0; n < 10; n += 1) {
      world.start('web');
      world.advance(2_000);
      world.stop('web');
      world.advance(1_000);
    }
    const recording = recordingOf(recorder, 0, Number.POSITIVE_INFINITY, { info });
    expect(recording.records).toHaveLength(40);
    expect(recording.from).toBe(recording.records[0]?.at);
    expect(recording.baseline.actors.map(({ actor }) => actor.id)).toContain('web');
  });

  it('holds no secret', () => {
    const { recorder, began, ended } = crashed();
    const text = JSON.stringify(recordingOf(recorder, began, ended, { info }));
    expect(text).not.toContain('hunter2');
    expect(text).toContain('--password=(hidden)');
  });
});

describe('one file of it', () => {
  const html = () => {
    const { recorder, began, ended } = crashed();
    const logs = [{ service: 'web', text: nasty, at: began }];
    const recording = recordingOf(recorder, began, ended, { info, logs });
    return { recording, html: toHtml(recording, page) };
  };
  const scripts = (text: string) => [...text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];

  it('carries the recording as data that cannot get out of its element', () => {
    const { recording, html: text } = html();
    const found = scripts(text);
    expect(found.map(([, attributes]) => attributes?.trim())).toEqual([
      'type="application/json" id="recording"',
      'type="module"',
    ]);
    expect(JSON.parse(found[0]?.[2] ?? '')).toEqual(JSON.parse(JSON.stringify(recording)));
    expect(found[0]?.[2]).not.toContain('<');
    expect((JSON.parse(found[0]?.[2] ?? '') as Recording).logs[0]?.text).toBe(nasty);
  });

  it('lets in this script and these styles and nothing else', () => {
    const { html: text } = html();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
    const hash = (part: string | undefined) =>
      `'sha256-${createHash('sha256')
        .update(part ?? '')
        .digest('base64')}'`;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hash(scripts(text)[1]?.[2])}`);
    expect(policy).toContain(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(text)?.[1])}`);
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'));
    expect(text).not.toMatch(/\b(?:src|href)="?\.?\//);
  });

  it('runs the script as it was written', () => {
    const { html: text } = html();
    const script = scripts(text)[1]?.[2] ?? '';
    const values = new Function(`${script}; return [end, open, cost];`)() as readonly string[];
    expect(values).toEqual(['</script>', '<!--', '$1 $&']);
  });
});

describe('a definition', () => {
  it('has the root and every state as nodes, and every transition as an edge of its own', () => {
    const definition = definitionOf(serviceMachine);
    const [root, ...others] = definition.nodes;
    expect(root).toMatchObject({ id: 'service', parent: null, kind: 'compound' });
    expect(others.every(({ parent }) => parent !== null)).toBe(true);
    const ids = new Set(definition.nodes.map(({ id }) => id));
    for (const { source, target } of definition.edges) {
      expect(ids).toContain(source);
      if (target !== null) expect(ids).toContain(target);
    }
    expect(definition.edges).toContainEqual({
      id: 'service.backoff|xstate.after.backoff.service.backoff|4',
      source: 'service.backoff',
      target: 'service.stopped',
      kind: 'after',
      event: 'xstate.after.backoff.service.backoff',
      label: 'after backoff',
      guard: null,
      actions: [],
    });
    const running = definition.nodes.find(({ id }) => id === 'service.alive.running');
    expect(running).toMatchObject({ tags: ['running'], entry: ['watchHealth'] });
    const alive = definition.nodes.find(({ id }) => id === 'service.alive');
    expect(alive).toMatchObject({ initial: 'service.alive.starting', invokes: ['process'] });
  });

  it('has what other machines have: finals, histories, several targets, invokes without ids', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          description: 'where it begins',
          invoke: { src: 'fetch', onDone: 'p.h', onError: { target: 'end', guard: 'isBad' } },
          on: { both: ['.x'].length === 1 ? { target: ['p.l.two', 'p.r.two'] } : [] },
          initial: 'x',
          states: { x: {} },
        },
        p: {
          type: 'parallel',
          states: {
            l: { initial: 'one', states: { one: {}, two: {} } },
            r: { initial: 'one', states: { one: {}, two: {} } },
            h: { type: 'history', history: 'deep' },
          },
        },
        end: { type: 'final' },
      },
    });
    const { nodes, edges } = definitionOf(machine);
    const kinds = Object.fromEntries(nodes.map(({ id, kind }) => [id, kind]));
    expect(kinds).toMatchObject({ 'm.p': 'parallel', 'm.p.h': 'history', 'm.end': 'final' });
    expect(nodes.find(({ id }) => id === 'm.a')).toMatchObject({
      description: 'where it begins',
      invokes: ['fetch'],
    });
    expect(
      edges.filter(({ event }) => event === 'both').map(({ id, target }) => [id, target]),
    ).toEqual([
      ['m.a|both|0', 'm.p.l.two'],
      ['m.a|both|0|1', 'm.p.r.two'],
    ]);
    expect(edges.map(({ kind, label }) => `${kind} ${label}`)).toContain('error error 0.m.a');
    expect(edges.find(({ kind }) => kind === 'error')?.guard).toBe('isBad');
  });
});

describe('what Stately’s inspector gets', () => {
  it('is how everything stands and what follows, in its own words and redacted', async () => {
    const { recorder, world } = crashed();
    const messages: StatelyMessage[] = [];
    const stop = statelyExport(recorder, (message) => messages.push(message));
    expect(messages.map(({ type, name }) => [type, name])).toEqual([
      ['@xstate.actor', 'root'],
      ['@xstate.snapshot', undefined],
      ['@xstate.actor', 'web'],
      ['@xstate.snapshot', undefined],
      ['@xstate.actor', 'process'],
      ['@xstate.snapshot', undefined],
    ]);
    const [root, , web] = messages;
    expect(web).toMatchObject({ parentId: root?.sessionId, rootId: root?.sessionId });
    expect(JSON.parse(String(web?.['definition']))).toMatchObject({
      id: 'service',
      initial: 'adopting',
    });
    messages.length = 0;
    world.stop('web');
    await new Promise((resolve) => setImmediate(resolve));
    const sent = messages.find(
      ({ type, event }) => type === '@xstate.event' && isOf(event, 'stop'),
    );
    expect(sent).toMatchObject({ sessionId: web?.sessionId, sourceId: root?.sessionId });
    const states = messages.filter(({ type }) => type === '@xstate.snapshot');
    expect(states.at(-1)).toMatchObject({ snapshot: { status: 'active' } });
    // A context that has not changed is told all the same: each message stands alone.
    expect(
      states.every(
        ({ snapshot, sessionId }) =>
          sessionId !== web?.sessionId || 'context' in (snapshot as object),
      ),
    ).toBe(true);
    expect(JSON.stringify(messages)).not.toContain('hunter2');
    stop();
    messages.length = 0;
    world.start('web');
    await new Promise((resolve) => setImmediate(resolve));
    expect(messages).toEqual([]);
  });
});

const isOf = (event: unknown, type: string): boolean =>
  (event as { readonly type?: string } | undefined)?.type === type;
