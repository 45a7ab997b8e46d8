/** Configurations that are small, or not larger than allowed, and made to cost their reader everything. */
import { describe, expect, it } from 'vitest';
import { parseText } from '../../src/services/parse-text.ts';
import { ConfigError } from '../../src/services/problems.ts';
import { env, machine } from '../support/configuration.ts';
import { sized } from '../support/ordeal.ts';

const many = sized('many', 3_000, 20_000);
const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');
const nest = (count: number, open: string, middle: string, close: string): string =>
  open.repeat(count) + middle + close.repeat(count);
const service = 'services: { web: { command: x } }\n';
const command = (text: string): string => `services: { web: { command: ${text} } }\n`;

/** Ten of the ones before in each. */
const levels = (begin: string, more: (names: string, i: number) => string): string =>
  `x-0: &a0 ${begin}\n${lines(12, (i) => `x-${i + 1}: &a${i + 1} ${more(Array(10).fill(`*a${i}`).join(', '), i)}`)}\n`;

const bombs: Readonly<Record<string, string>> = {
  'aliases of aliases': `${levels('[x, x]', (names) => `[${names}]`)}${command('*a12')}`,
  'merges of merges': `${levels('{ A: b }', (names) => `{ <<: [${names}] }`)}services: { web: { command: x, environment: { <<: *a12 } } }\n`,
  'a map that merges itself': 'services: &a\n  <<: *a\n  web: { command: x }\n',
  'a list that holds itself': 'services: { web: &a { command: [x, *a] } }\n',
  'a map that is its own value': 'services: &a { web: *a }\n',
  'lists in lists': command(nest(many, '[', '', ']')),
  'maps in maps': command(nest(many, '{ a: ', 'x', ' }')),
  'lists that never end': command('['.repeat(many)),
  'dashes in dashes': `services:\n  ${'- '.repeat(many)}x\n`,
  'defaults in defaults': command(JSON.stringify(nest(many, '${A:-', 'x', '}'))),
  'defaults that never end': command(JSON.stringify('${A:-'.repeat(many))),
  'quotes in quotes': command(JSON.stringify(`x ${'\'"'.repeat(many)}`)),
  'a long number': `services: { web: { command: x, stop_grace_period: "${'1'.repeat(many)}x" } }\n`,
  'a long size': `services: { web: { command: x, logs: { max_size: "${'1'.repeat(many)} ." } } }\n`,
  'a long key': `services: { web: { command: x, ${'command'.repeat(many)}: 1 } }\n`,
  'a long name': `services: { ${'web'.repeat(many)}: { command: x } }\n`,
  'many wrong keys': `services:\n  web:\n    command: x\n${lines(many, (i) => `    comand${i}: 1`)}\n`,
  'many wrong services': `services:\n${lines(many, (i) => `  s${i}: {}`)}\n`,
  'many anchors': `${service}${lines(many, (i) => `x-${i}: &a${i} 1`)}\n`,
  'one key many times': `services:\n${lines(many, () => '  web: { command: x }')}\n`,
  'a long chain of needs': `services:\n  s0: { command: x }\n${lines(many, (i) => `  s${i + 1}: { command: x, depends_on: [s${i}] }`)}\n`,
  'a long circle of needs': `services:\n${lines(many, (i) => `  s${i}: { command: x, depends_on: [s${(i + 1) % many}] }`)}\n`,
  'needs of what is not there': `services:\n  web:\n    command: x\n    depends_on: [${lines(many, (i) => `w${i},`)}]\n`,
  'groups in groups': `${service}groups:\n${lines(many, (i) => `  g${i}: { children: [${i === many - 1 ? 'web' : `g${i + 1}`}] }`)}\n`,
  'a circle of groups': `${service}groups:\n${lines(many, (i) => `  g${i}: { children: [g${(i + 1) % many}] }`)}\n`,
  'a tag for each': command(`!!${'a'.repeat(many)} x`),
  'many documents': lines(many, () => '---\na: 1'),
  'a line of a megabyte': `${service}# ${'x'.repeat(1_000_000)}\n`,
};

describe('a configuration of', { timeout: sized('minutes', 2, 20) * 60_000 }, () => {
  it.each(Object.keys(bombs))('%s is read, or refused in its place', (name) => {
    try {
      const circumstances = { isRoot: false, machine };
      const { root } = parseText('/srv/drover.yaml', bombs[name] ?? '', env, circumstances);
      expect(root.children.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error).length).toBeLessThan(10_000_000);
    }
  });
});
