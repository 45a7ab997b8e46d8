/**
 * `docs/json.md` says what --json prints, and is made from the schemas that the daemon
 * is held to. `UPDATE_DOCS=1` writes it anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { contracts } from '../src/control/protocol.ts';
import {
  changeSchema,
  daemonSchema,
  errorSchema,
  groupSchema,
  operationSchema,
  outcomeSchema,
  processSchema,
  serviceSchema,
} from '../src/control/schemas.ts';
import { eventSchema, logLineSchema } from '../src/control/schemas-more.ts';
import { nameSchema, statusWord } from '../src/control/words.ts';
import { notation } from './support/json-notation.ts';

const path = new URL('../docs/json.md', import.meta.url);

/** What is used in several places, and is described once. */
const named = {
  State: statusWord,
  Service: serviceSchema,
  Group: groupSchema,
  Daemon: daemonSchema,
  Process: processSchema,
  Outcome: outcomeSchema,
  Change: changeSchema,
  Operation: operationSchema,
  Event: eventSchema,
  LogLine: logLineSchema,
  Error: errorSchema,
} as const;

interface Entry {
  readonly verbs: string;
  readonly prints: string;
  readonly how?: string;
}

const each = 'One object a line.';
const entries: readonly Entry[] = [
  {
    verbs: 'status',
    prints: '{ daemon: Daemon, services: Service[], groups: Group[] }',
    how: 'With `--watch` one object a line, one after each change.',
  },
  {
    verbs: 'status`, `down',
    prints: '{ daemon: null, ... }',
    how: 'Without a daemon; see below.',
  },
  {
    verbs:
      'start`, `stop`, `restart`, `reload`, `kill`, `signal`, `reset`, `pin`, `unpin`, `down`, `daemon stop',
    prints: 'Operation',
  },
  { verbs: 'apply', prints: 'Operation', how: 'Its `changes` are what was done.' },
  { verbs: 'plan', prints: 'Change[]' },
  { verbs: 'up -d', prints: '{ daemon: Daemon, isNew: boolean, operation: Operation | null }' },
  { verbs: 'up', prints: 'Event', how: each },
  { verbs: 'logs', prints: 'LogLine', how: each },
  { verbs: 'events', prints: 'Event', how: each },
  { verbs: 'wait', prints: 'Service' },
  { verbs: 'why', prints: '{ name: string, why: string }' },
  { verbs: 'describe', prints: 'Description' },
  { verbs: 'down --dry-run`, `restart --dry-run', prints: 'Timeline' },
  {
    verbs: 'inspect',
    prints: '{ url: string | null, visit: string | null, control: boolean, opened: boolean }',
    how: '`url` holds a secret; `visit` is good once, within a minute. Null after `--close`.',
  },
  {
    verbs: 'record',
    prints:
      '{ files: string[], source: "recording" | "journal", from: number, until: number, records: number }',
  },
  { verbs: 'replay', prints: '{ url: string }', how: 'At once; it ends when it is interrupted.' },
  { verbs: 'graph', prints: '{ name: string, dependsOn: string[] }[]' },
  { verbs: 'viz', prints: 'Chart' },
  { verbs: 'daemon status', prints: 'Daemon' },
  { verbs: 'daemon logs', prints: 'the log as it is', how: each },
  { verbs: 'daemon install', prints: '{ path: string, unit: string, written: boolean }' },
  { verbs: 'config', prints: 'the whole configuration', how: 'With every default, in camelCase.' },
  {
    verbs: 'doctor',
    prints:
      '{ ok: boolean, findings: { code, level: "error" | "warning", service: string | null, message, advice }[] }',
    how: '`code` is stable.',
  },
  {
    verbs: 'certify',
    prints:
      '{ service: string, ok: boolean, results: { name, verdict: "ok" | "warning" | "failed" | "skipped", summary, advice: string | null, figures: { [name: string]: number | string | boolean | null } }[], proposals: { setting: "ready.timeout" | "stop.grace_period", fromMs: number, toMs: number, isChange: boolean, why }[], notes: string[], written: string[] }',
    how: '`written`: the lines that `--write` changed, as diff shows them.',
  },
  {
    verbs: 'simulate',
    prints: 'Simulation',
    how: 'See below. All but `recording` is the same for the same configuration and seeds.',
  },
  { verbs: 'init', prints: '{ file: string, from: string | null, services: string[] }' },
  {
    verbs: 'import',
    prints: '{ text: string, lost: { service: string | null, what, advice }[] }',
    how: '`text` is the drover.yaml.',
  },
  { verbs: 'export', prints: '{ files: { name, text }[], lost: string[] }' },
  {
    verbs: 'version',
    prints: '{ version: string, node: string, daemon: { version, node, pid } | null }',
  },
  { verbs: 'api', prints: 'an OpenAPI 3.1 document' },
];

const answers = {
  Description: contracts.describe.response,
  Timeline: contracts.timeline.response,
  Chart: contracts.chart.response,
} as const;

const offline = `{
  daemon: null
  stateDir: string
  lastManager: { pid: number, at: number, ended: "in order" | "crashed" } | null
  services: {
    name: string
    state: State
    desired: "up" | "down"
    alive: boolean
    pid: number | null
    pids: number[]
    lastExit: { code: number | null, signal: string | null, reason: string, at: number | null } | null
    failure: string | null
    why: string
  }[]
}`;

const simulation = `{
  project: string
  seeds: number // so many runs,
  from: number // beginning with this seed
  virtualMs: number // of all runs together
  ok: boolean
  tolerance: number // 0.05: a service may be down at the end of 5 % of the runs
  start: Worst | null // of everything, from nothing
  stop: Worst | null // of everything
  rest: Worst | null // from the last trouble until nothing moved any more
  broken: { seed: number, invariant: string, message: string }[] // defects of drover
  services: {
    name: string
    worstStart: { ms: number, seed: number } | null
    restarts: number
    tripped: Occurrence // given up, because it was restarted too often
    down: Occurrence // wanted and down, although nothing was wrong any more
    killed: Occurrence // when everything was stopped
  }[]
  assumptions: { service: string, startMs: number, stopMs: number, from: "timeouts" | "measured" }[]
  worstSeed: number // the run that is most worth looking at, and is written by --out
  recording: string | null // that file
}

Worst: { ms: number, seed: number, service: string | null } // who was the last
Occurrence: { runs: number, seed: number | null, why: string | null } // in so many; the first of them`;

function schemaText(schema: z.ZodType): string {
  const json = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return notation(json as Record<string, unknown>);
}

/** Where a part looks the same as something that has a name, the name says it; the largest first. */
function withNames(text: string, except: string): string {
  let shown = text;
  for (const [name, schema] of Object.entries(named).reverse()) {
    if (name === except) continue;
    for (const depth of [1, 2]) {
      const inner = schemaText(schema).replaceAll('\n', `\n${'  '.repeat(depth)}`);
      shown = shown.replaceAll(inner, name);
    }
  }
  return shown.replaceAll('(Event)', 'Event').replaceAll(` // ${nameSchema.description}`, '');
}

const section = (name: string, schema: z.ZodType): string =>
  `## ${name}\n\n\`\`\`ts\n${withNames(schemaText(schema), name)}\n\`\`\`\n`;

function document(): string {
  const rows = entries.map(
    ({ verbs, prints, how = '' }) =>
      `| \`${verbs}\` | \`${prints.replaceAll('|', '\\|')}\` | ${how} |`,
  );
  return `# What \`--json\` prints

Made from the schemas that every answer of a daemon is held to; do not edit. Fields are added, and
never change their meaning or go. \`at\` and all that ends in \`At\` are milliseconds since 1970.

| Verb | Prints | |
| --- | --- | --- |
${rows.join('\n')}

Errors are one \`Error\` on standard error, with \`problems\` where a configuration has any. The exit code says of what kind they are: 0 ok, 1 failure,
2 usage or configuration, 3 not running, 4 unknown service, 5 timeout, 6 no daemon to reach, 7 \`certify\` or
\`simulate\` found something that does not pass, 130 interrupted.
\`status\` ends with 3 where a service that is wanted, or named, does not run.

${Object.entries({ ...named, ...answers })
  .map(([name, schema]) => section(name, schema))
  .join('\n')}
## Simulation

\`\`\`ts
${simulation}
\`\`\`

## Without a daemon

\`status\` prints what the journal and the processes tell, and ends with 6:

\`\`\`ts
${offline}
\`\`\`

\`down\` prints \`{ daemon: null, outcomes: Outcome[] }\`.
`;
}

it('says what is printed', () => {
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(new URL('.', path), { recursive: true });
    writeFileSync(path, document());
  }
  expect(readFileSync(path, 'utf8')).toBe(document());
});
