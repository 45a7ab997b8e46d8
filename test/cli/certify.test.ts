/** What certify makes of a configuration and of what it has measured, and what it writes. */
import { expect, it } from 'vitest';
import { diffLines } from '../../src/cli/certify/diff.ts';
import { judged } from '../../src/cli/certify/experiments/start.ts';
import { durationText, proposalsOf } from '../../src/cli/certify/proposals.ts';
import { isMovable, type Needs, relocated } from '../../src/cli/certify/relocate.ts';
import { closingLines, resultLines } from '../../src/cli/certify/render.ts';
import type { Proposal } from '../../src/cli/certify/result.ts';
import { mustBeEditable } from '../../src/cli/certify/write.ts';
import { withProposals } from '../../src/cli/certify/yaml-edit.ts';
import { Screen } from '../../src/cli/render/screen.ts';
import { one } from '../support/configuration.ts';

const web = one({
  command: 'x',
  ready: { tcp: '127.0.0.1:80', timeout: '60s' },
  stop: { gracePeriod: '10s' },
});
const measured = { readyMs: [300, 1_200], stopMs: [40], isDeaf: false };
const short = ({ setting, toMs, isChange }: Proposal) => [setting, durationText(toMs), isChange];

it('proposes ten times the slowest that was seen, rounded up', () => {
  expect(proposalsOf(web, measured, false).map(short)).toEqual([
    ['ready.timeout', '15s', true],
    ['stop.grace_period', '5s', true],
  ]);
});

it('keeps a longer timeout where the data was empty, and raises one that is too tight', () => {
  const slow = { readyMs: [20_000], stopMs: [9_000], isDeaf: false };
  expect(proposalsOf(web, measured, true).map(short)).toEqual([
    ['ready.timeout', '60s', false],
    ['stop.grace_period', '10s', false],
  ]);
  expect(proposalsOf(web, slow, true).map(short)).toEqual([
    ['ready.timeout', '5m', true],
    ['stop.grace_period', '90s', true],
  ]);
});

it('proposes no grace to one that is deaf, and no timeout to one that is not asked', () => {
  const idle = one({ command: 'x' });
  expect(proposalsOf(idle, { ...measured, stopMs: [], isDeaf: true }, false)).toEqual([]);
});

it('warns of a start that takes most of its time, and of one that nobody asks about', () => {
  expect(judged(web, 30_000)).toEqual({ verdict: 'ok', advice: null });
  expect(judged(web, 30_001)).toMatchObject({
    verdict: 'warning',
    advice: expect.stringContaining('it is given 1 min'),
  });
  const idle = judged(one({ command: 'x' }), 1_000);
  expect(idle).toMatchObject({
    verdict: 'warning',
    advice: expect.stringContaining('lived for 1 s'),
  });
});

const change = (setting: Proposal['setting'], toMs: number): Proposal => ({
  ...{ setting, toMs, fromMs: 1, isChange: true, why: '' },
});
const both = [change('ready.timeout', 15_000), change('stop.grace_period', 5_000)];
const edited = (text: string, name = 'web') => diffLines(text, withProposals(text, name, both));

it('changes the lines that say it, and no other', () => {
  const text = `# mine
services:
    web:   # the shop
        command: [ node,   'server.js' ]   # odd spaces
        ready: { tcp: 127.0.0.1:80,  timeout: 60s } # why
        stop_grace_period: "1m"   # long

    db: { command: db }
`;
  expect(edited(text)).toEqual([
    '- 5         ready: { tcp: 127.0.0.1:80,  timeout: 60s } # why',
    '- 6         stop_grace_period: "1m"   # long',
    '+ 5         ready: { tcp: 127.0.0.1:80,  timeout: 15s } # why',
    '+ 6         stop_grace_period: "5s"   # long',
  ]);
});

it('adds what is not said yet, in the form of its neighbours', () => {
  const block = `services:
  web:
    command: x  # runs
    ready:
      tcp: 127.0.0.1:80
  # of the database
  db: { preset: postgres }
`;
  expect(edited(block)).toEqual(['+ 4     stop_grace_period: 5s', '+ 7       timeout: 15s']);
  expect(edited(block, 'db')).toEqual([
    '- 7   db: { preset: postgres }',
    '+ 7   db: { preset: postgres, ready: { timeout: 15s }, stop_grace_period: 5s }',
  ]);
  const nothing =
    'services:\n  web:\n    environment:\n      A: b\n    stop:\n      steps:\n        - signal: SIGQUIT\n          wait: 9s\n';
  expect(edited(nothing)).toEqual([
    '+ 3     ready: { timeout: 15s }',
    '- 8           wait: 9s',
    '+ 9           wait: 5s',
  ]);
});

it('writes JSON into JSON', () => {
  const text =
    '{ "services": { "web": { "command": "x", "ready": { "tcp": "127.0.0.1:80" } } } }\n';
  expect(JSON.parse(withProposals(text, 'web', both)).services.web).toEqual({
    command: 'x',
    ready: { tcp: '127.0.0.1:80', timeout: '15s' },
    stop_grace_period: '5s',
  });
});

it('leaves alone what others share, and what is no text', () => {
  const shared =
    'services:\n  web: { command: x, ready: &r { tcp: 127.0.0.1:80 } }\n  b: { command: x, ready: *r }\n';
  expect(() => withProposals(shared, 'b', both)).toThrow(/"ready" is an alias/);
  const anchored =
    'services: { web: { command: x, stop_grace_period: &g 1s, ready: { tcp: "1.2.3.4:5", timeout: *g } } }';
  expect(() => withProposals(anchored, 'web', both)).toThrow(/"timeout" is an alias/);
  expect(() => withProposals(anchored, 'web', both.slice(1))).toThrow(/has an anchor/);
  const grace = ['$', '{GRACE}'].join('');
  const variable = `services: { web: { command: x, stop_grace_period: "${grace}" } }`;
  expect(() => withProposals(variable, 'web', both.slice(1))).toThrow(/is a variable/);
  const merged = 'x-base: &b { command: x }\nservices:\n  web: *b\n';
  expect(() => withProposals(merged, 'web', both)).toThrow(/a map of its own/);
  expect(() => mustBeEditable('/srv/drover.config.ts')).toThrow(
    expect.objectContaining({ code: 'not-editable' }),
  );
  mustBeEditable('/srv/drover.yml');
});

it('moves what a preset decides, and nothing of the user', () => {
  const config = {
    name: 'shop',
    groups: { data: { children: ['db'] } },
    services: {
      web: { command: 'node .', cwd: 'app', logs: { file: 'web.log' }, dependsOn: ['data'] },
      db: {
        preset: 'postgres',
        with: { port: 5433, dataDir: '/srv/data', settings: { a: '5433' } },
        ready: { tcp: '127.0.0.1:5433' },
      },
      other: { command: 'x' },
    },
  };
  const needs = { db: { condition: 'ready', restart: false } };
  const none: Needs = {};
  const kept = new Map<string, Needs>([
    ['web', needs],
    ['db', none],
  ]);
  const move = { kept, stateDir: '/scratch', ports: [20_001, 20_002] } as const;
  expect(relocated(config, { ...move, service: 'web' })).toEqual({
    name: 'shop',
    stateDir: '/scratch',
    services: {
      web: { command: 'node .', cwd: 'app', logs: {}, dependsOn: needs },
      db: {
        preset: 'postgres',
        with: { port: 5433, settings: { a: '5433' } },
        ready: { tcp: '127.0.0.1:5433' },
        logs: {},
      },
    },
  });
  const alone = { ...move, kept: new Map([['db', none]]), service: 'db' };
  expect(relocated(config, alone)).toMatchObject({
    services: {
      db: { with: { port: 20_001, settings: { a: '5433' } }, ready: { tcp: '127.0.0.1:20001' } },
    },
  });
  expect(isMovable(config.services.web)).toBe(false);
  expect(isMovable({ preset: 'redis', with: { config: 'redis.conf' } })).toBe(false);
});

it('tells each result in a line, what to do below it, and the verdict at the end', () => {
  const out: string[] = [];
  const screen = new Screen({ out: { write: (text) => out.push(text) }, env: {} });
  const result = {
    ...({ name: 'stop', verdict: 'failed', summary: 'deaf', advice: 'say so' } as const),
    figures: {},
  };
  expect(resultLines(screen, result)).toEqual([
    '✗ stop            deaf',
    '                  → say so',
  ]);
  const report = { service: 'web', ok: false, results: [result], proposals: both, notes: [] };
  expect(closingLines(screen, report, ['+ 4 a: b'])).toEqual([
    '',
    'ready.timeout      15s, instead of 1 ms: ',
    'stop.grace_period  5s, instead of 1 ms: ',
    expect.stringContaining('ten times the slowest'),
    '+ 4 a: b',
    'web does not pass: 1 of 1 failed',
  ]);
});
