/** A recording as a test: the same story, played again on the simulated kernel. */
import type { Recording } from './protocol.ts';
import { type Story, storyOf } from './story.ts';

export interface TestOptions {
  /** Where the test imports from. Default: `drover` and `drover/simulation`. */
  readonly library?: string;
  readonly simulation?: string;
}

/**
 * TypeScript source of a test for vitest that needs nothing but drover. Programs end,
 * and commands come, when they did, in virtual time, and each service must go through
 * the states that were recorded. Not played again: preparations, pid files, health checks
 * and reloads; programs say themselves when they are ready. Of a recording that was made
 * of a journal, restarts that somebody asked for are not known, and not played either.
 */
export function toTest(recording: Recording, options: TestOptions = {}): string {
  const { library = 'drover', simulation = 'drover/simulation' } = options;
  const story = storyOf(recording);
  const title = `goes as it went on ${new Date(recording.from).toISOString()}`;
  const data = [
    literal('project', 'ProjectSpec', story.project),
    commented('How each start of a program goes; times count from that start.'),
    literal('programs', 'Readonly<Record<string, readonly Program[]>>', story.programs),
    commented('Up before the story begins, and on the way up when it does.'),
    literal('running', 'readonly string[]', story.running),
    literal('starting', 'readonly string[]', story.starting),
    commented('What comes from outside, in milliseconds from the beginning.'),
    literal('scenes', sceneType, story.scenes),
    commented('What each service becomes, in that order.'),
    literal('expected', 'Readonly<Record<string, readonly string[]>>', story.expected),
  ];
  return [
    head(recording),
    `import { createSupervisor, type ProjectSpec } from ${JSON.stringify(library)};`,
    `import { type Program, SimulatedKernel } from ${JSON.stringify(simulation)};`,
    "import { expect, it } from 'vitest';",
    '',
    ...data,
    body(story, title),
  ].join('\n');
}

const sceneType =
  'readonly { at: number; send?: object; ends?: string; exit?: { code: number | null; signal: string | null } }[]';

function head({ info, from, until }: Recording): string {
  const name = info.name.replaceAll(/[^\w .:-]/g, '?');
  return [
    '/**',
    ` * What happened to "${name}" from ${new Date(from).toISOString()}`,
    ` * to ${new Date(until).toISOString()}, made from a recording.`,
    ' */',
  ].join('\n');
}

const commented = (text: string): string => `/** ${text} */`;

/** JSON is TypeScript but for two characters, which may not stand in its strings everywhere. */
function literal(name: string, type: string, value: unknown): string {
  const json = JSON.stringify(value, null, 2)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `const ${name}: ${type} = ${json};\n`;
}

/** What a run is behind the recorded one by a little must not count. */
const graceMs = 5_000;

function body({ lastsMs }: Story, title: string): string {
  return `it(${JSON.stringify(title)}, async () => {
  const kernel = new SimulatedKernel();
  kernel.files.makeDirectory('/story');
  for (const [name, some] of Object.entries(programs)) kernel.script(name, ...some, {});
  const creating = createSupervisor(project, { kernel: kernel.manager(), logLevel: 'silent' });
  kernel.clock.advance(0);
  const supervisor = await creating;
  const want = (names: readonly string[]) => supervisor.actor.send({ type: 'want', names });
  kernel.clock.advance(0);
  supervisor.actor.send({ type: 'start' });
  want(running);
  kernel.clock.advance(60_000);
  want(starting);
  kernel.clock.advance(0);

  const went: Record<string, string[]> = {};
  supervisor.events$.subscribe((event) => {
    if (event.type === 'service.state') (went[event.service] ??= []).push(event.to);
  });
  for (const { at, send, ends, exit } of scenes) {
    kernel.at(at, () => {
      if (send !== undefined) supervisor.actor.send(send as Parameters<typeof supervisor.actor.send>[0]);
      if (ends !== undefined) kernel.kill(ends, exit);
    });
  }
  kernel.clock.advance(${lastsMs + graceMs});
  for (const [name, states] of Object.entries(expected)) {
    expect((went[name] ?? []).slice(0, states.length), name).toEqual(states);
  }
});
`;
}
