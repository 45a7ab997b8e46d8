// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the texts of configuration files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configSchema } from '../../src/services/definition.ts';
import { duration } from '../../src/services/fields.ts';
import { jsonSchema } from '../../src/services/json-schema.ts';
import { durationKeys } from '../../src/services/keys.ts';
import { mismatches } from '../support/json-schema.ts';

const schema = jsonSchema();
const examples = join(import.meta.dirname, '../../examples');
const files = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => /(^|\/)drover\.ya?ml$/.test(name) && !name.includes('.drover/'))
  .map((name) => join(examples, name));

const wrongIn = (yaml: string) => mismatches(parse(yaml), schema, schema);

describe('the JSON Schema of configuration files', () => {
  it.each(files)('accepts %s', (file) => {
    expect(wrongIn(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('knows keys as files have them', () => {
    expect(wrongIn('services: { a: { command: a, stop_grace_period: 10s } }')).toEqual([]);
    expect(wrongIn('services: { a: { command: a, stopGracePeriod: 10s } }')).toEqual([
      '.services.a.stopGracePeriod',
    ]);
  });

  it('wants units, and takes variables for anything', () => {
    expect(wrongIn('services: { a: { stop_grace_period: 10 } }')).not.toEqual([]);
    expect(
      wrongIn('services: { a: { stop_grace_period: "${GRACE:-10s}", nice: "${N}" } }'),
    ).toEqual([]);
    expect(wrongIn('services: { a: { nice: many } }')).not.toEqual([]);
  });

  it('knows the options of each preset', () => {
    expect(wrongIn('services: { a: { preset: postgres, with: { data_dir: x } } }')).toEqual([]);
    expect(wrongIn('services: { a: { preset: redis, with: { prot: 1 } } }')).toEqual([
      '.services.a.with.prot',
    ]);
  });

  it('lets anchors have a place of their own', () => {
    expect(wrongIn('x-a: 5\nservices: { a: { command: a } }')).toEqual([]);
    expect(wrongIn('y-a: 5\nservices: { a: { command: a } }')).toEqual(['.y-a']);
  });
});

describe('the keys that need a unit in files', () => {
  it('are those of the durations in the definition', () => {
    const found = new Set<string>();
    collect(configSchema, '', found);
    expect([...durationKeys].sort()).toEqual([...found].sort());
  });
});

function collect(node: unknown, key: string, found: Set<string>): void {
  if (node === duration) found.add(key);
  else if (node instanceof z.ZodOptional) collect(node.unwrap(), key, found);
  else if (node instanceof z.ZodUnion) for (const one of node.options) collect(one, key, found);
  else if (node instanceof z.ZodArray) collect(node.element, key, found);
  else if (node instanceof z.ZodRecord) collect(node.valueType, key, found);
  else if (node instanceof z.ZodObject) {
    for (const [name, one] of Object.entries(node.shape)) collect(one, name, found);
  }
}
