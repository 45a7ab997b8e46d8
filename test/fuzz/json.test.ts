// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
/**
 * Plain JSON is read by a reader of its own, in which nobody sees more or less than in the one for
 * YAML: it answers the same, or leaves the text to the other.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/services/parse-json.ts';
import { parseText } from '../../src/services/parse-text.ts';
import { env, machine } from '../support/configuration.ts';
import { sized } from '../support/ordeal.ts';
import { altered, mutated } from './mutations.ts';

const shop = {
  'x-note': { any: ['${', 1.0] },
  name: 'shop',
  defaults: { restart: { policy: 'always', delay: '1s' } },
  services: {
    web: {
      command: ['node', 'web.js', '--port=${PORT:-80}', 'say "hi"', '\u00e9\ud83d\ude00\u2028'],
      depends_on: ['db'],
      environment: { PORT: 8080, RATIO: 1.5, ON: true, NOTHING: null, BIG: 123456789012 },
      ready: { tcp: 8080, timeout: '5s' },
      umask: '022',
    },
    db: {
      command: 'db',
      stop: { steps: [{ signal: 'SIGINT', wait: '1s' }], kill_timeout: 0 },
      labels: { a: 'b' },
      limits: { nofile: { soft: 1, hard: 2 } },
    },
  },
  groups: { all: { children: ['web', 'db'], strategy: 'one_for_all' } },
};
const texts = [0, 2, '\t'].map((indent) => JSON.stringify(shop, null, indent));
const words = [
  ...['"a": 1,', '"stop_signal": "SIGINT",', '"__proto__": {},', '"constructor": 1,', '"x-a": 1,'],
  ...['"db": {"command": "x"},', '"command": "y",', '"umask": 18,', '"umask": 010,', '"after": 5,'],
  ...['1.0', '1e3', '-0', '1e999', '0.10', '12345678901234567890', 'null', 'true', '[]', '{}'],
  ...['\\u0000', '\\ud800', '\\/', '\\n', '\\"', '\u0085', '\u2028', '$$', '${', '${HOME}', '<<'],
  ...['// no', '# no', ' ', '\t', '\n', '\r', '\u{feff}', ',', ':', '"', '&a ', '*a', '<<: *a'],
];
const circumstances = { isRoot: false, machine };

function readTwice(text: string): void {
  const quick = parseJson('/srv/drover.json', text, env, circumstances);
  if (quick !== null) {
    expect(parseText('/srv/drover.json', text, env, circumstances)).toStrictEqual(quick);
  }
}

const timeout = sized('minutes', 2, 60) * 60_000;
const options = { numRuns: sized('runs', 250, 100_000), seed: sized('seed', 5, 5) };

describe('a configuration in JSON', { timeout }, () => {
  it('is read by its own reader where nothing is wrong with it', () => {
    for (const text of texts) {
      expect(parseJson('/srv/drover.json', text, env, circumstances)).not.toBeNull();
      readTwice(text);
    }
  });

  it('means the same to both readers, whatever was done to its text', () => {
    fc.assert(fc.property(mutated(texts, words), readTwice), options);
  });

  it('means the same to both readers, whatever takes the place of its parts', () => {
    const property = fc.property(altered([shop]), (value) =>
      readTwice(JSON.stringify(value) ?? ''),
    );
    fc.assert(property, options);
  });
});
