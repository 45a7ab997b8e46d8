/**
 * Whatever stands in a configuration file: it is a configuration, or it is refused with all that
 * is wrong, each at its place. It never crashes its reader, reaches into prototypes, or takes for ever.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { parseText } from '../../src/services/parse-text.ts';
import { ConfigError } from '../../src/services/problems.ts';
import { env, load, machine } from '../support/configuration.ts';
import { sized } from '../support/ordeal.ts';
import { altered, mutated } from './mutations.ts';

const examples = resolve(import.meta.dirname, '../../examples');
const written = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => /drover\.ya?ml$/.test(name))
  .map((name) => readFileSync(join(examples, name), 'utf8'));

const rich = `x-common: &common
  restart: { policy: on-failure, delay: 1s, max_delay: 30s }
  environment: { LANG: C, HOME: "\${HOME:-/root}" }
name: rich
defaults: { stop_grace_period: 5s }
services:
  web:
    <<: *common
    command: [node, server.js, --port=\${PORT:-80}]
    depends_on: { db: { condition: ready, restart: true } }
    ready: { http: "http://127.0.0.1:80/", interval: 1s }
    healthcheck: { test: [CMD, "true"], interval: 5s, retries: 3 }
    stop: { steps: [{ signal: SIGQUIT, wait: 2s }, { signal: SIGTERM, wait: 1s }] }
    logs: { max_size: 10M, max_files: 3 }
    umask: "022"
  db: { type: forking, command: postgres -D /data, pid_file: /run/db.pid, user: postgres }
  job: { type: oneshot, command: echo done, prepare: [{ name: dirs, directories: [/tmp/x] }] }
groups:
  all: { children: [web, db], strategy: rest_for_one, intensity: 3, period: 1min }
`;
const texts = [...written, rich];
const words = [
  ...[
    '&a ',
    '*a',
    '*common',
    '<<: *common\n',
    '<<: [*common, *common]',
    '&common ',
    '!!js/function ',
  ],
  ...[
    '__proto__: ',
    'constructor: ',
    'prototype: {polluted: 1}',
    '"__proto__": {"polluted": 1}',
    'toString: ',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '? ',
    '| ',
    '>-\n',
    '#',
    '"',
    "'",
    '\t',
    '\n',
    '\r',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
  ],
  ...[
    '${',
    '}',
    '$$',
    '${HOME',
    `$${'{X:?no}'}`,
    `$${'{X:-$'}${'{X}}'}`,
    '\u0000',
    '\u{feff}',
    '\ud800',
    '\u2028',
    '.nan',
    '.inf',
    '1e999',
    '-0',
  ],
  ...[
    '0x10',
    '99999999999999999999',
    'null',
    '~',
    'true',
    'services: ',
    'groups: ',
    'depends_on: [web]',
    'with: ',
    'preset: nginx\n',
  ],
];

/** Of a test that does nothing else, on a machine that does much else. */
const timeout = sized('minutes', 2, 60) * 60_000;
const runs = sized('runs', 250, 100_000);
const seed = sized('seed', 5, 5);
const circumstances = { isRoot: false, machine };

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

/** Throws where it is neither read nor refused as it should be. */
function judge(content: string, name: string): void {
  try {
    const spec = parseText(`/srv/${name}`, content, env, circumstances);
    expect(JSON.parse(JSON.stringify(spec))).toMatchObject({ root: { kind: 'group' } });
  } catch (error) {
    refusedInPlace(error, content);
  }
}

function refusedInPlace(error: unknown, content: string): void {
  if (!(error instanceof ConfigError)) throw error;
  const lines = content.split('\n');
  expect(error.code).toBe('invalid-config');
  expect(error.problems.length).toBeGreaterThan(0);
  for (const { line, column, message } of error.problems) {
    expect(message).not.toBe('');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[(line ?? 1) - 1] ?? '').length + 1);
  }
}

describe('a configuration', { timeout }, () => {
  it('in YAML is read or refused in its place, whatever was done to it', () => {
    const property = fc.property(mutated(texts, words), (text) => judge(text, 'drover.yaml'));
    fc.assert(property, { numRuns: runs, seed });
  });

  it('in JSON is read or refused in its place, whatever takes the place of its parts', () => {
    const property = fc.property(altered(data), (value) =>
      judge(JSON.stringify(value, null, 2) ?? '', 'drover.json'),
    );
    fc.assert(property, { numRuns: runs, seed });
  });

  it('in TypeScript is read or refused, whatever it exports', async () => {
    const property = fc.asyncProperty(
      fc.oneof(
        altered(data).map((value) => `export default ${JSON.stringify(value)}`),
        mutated(
          [`export default ${JSON.stringify(data[0])}`],
          ['(', '=>', 'throw ', 'await ', '...'],
        ),
        fc.constantFrom(...wild),
      ),
      async (code) => {
        await load(code, 'drover.config.ts').catch((error: { code?: unknown }) => {
          expect(error.code).toMatch(/^(invalid|unusable)-config$/);
        });
      },
    );
    await fc.assert(property, { numRuns: sized('modules', 40, 3_000), seed });
  });
});

/** As JSON has them. */
const data: readonly unknown[] = [
  {
    name: 'shop',
    defaults: { restart: { policy: 'always', delay: '1s' } },
    services: {
      web: { command: ['node', 'web.js'], depends_on: ['db'], ready: { after: '1s' } },
      db: {
        command: 'db',
        stop: { steps: [{ signal: 'SIGINT', wait: '1s' }] },
        labels: { a: 'b' },
      },
    },
    groups: { all: { children: ['web', 'db'], strategy: 'one_for_all' } },
  },
];

const wild = [
  'export default () => { throw new Error("no") }',
  'export default () => { throw null }',
  'export default () => { throw undefined }',
  'export default async () => new Promise((_, reject) => reject("no"))',
  'throw Object.create(null)',
  'export default new Proxy({}, { ownKeys() { throw new Error("no") } })',
  'const a: any = { services: {} }; a.services.web = a; export default a',
  'export default { services: { get web() { throw new Error("no") } } }',
  'export default { services: new Map([["web", { command: "x" }]]) }',
  'export default { services: { web: { command: Symbol("x") } } }',
  'export default { services: { web: { command: () => {} } } }',
  'export default { services: { web: { command: "x", environment: { A: 1n } } } }',
  'export default class { services = 1 }',
  'export default Object.assign(Object.create({ services: { x: { command: "y" } } }), {})',
  'export default JSON.parse(\'{"__proto__":{"polluted":1},"services":{"web":{"command":"x","__proto__":{"polluted":1}}}}\')',
  'export default 1',
  'export default null',
  'export {}',
  '',
  'module.exports = []',
];
