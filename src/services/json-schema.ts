/** The JSON Schema of configuration files, for editors: the same definition, in snake_case. */
import { z } from 'zod';
import { configSchema, serviceSchema } from './definition.ts';
import { toSnake } from './keys.ts';
import { presets } from './presets/catalogue.ts';

type Json = Record<string, unknown>;

export function jsonSchema(): Json {
  const schema = convert(configSchema);
  const service = definitionOf(convert(serviceSchema));
  const { properties, patternProperties: _, ...rest } = definitionOf(schema);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'drover.yaml',
    ...rest,
    properties: {
      ...asJson(properties),
      services: { type: 'object', additionalProperties: { $ref: '#/definitions/service' } },
    },
    // A place for anchors, as in compose.
    patternProperties: { '^x-': {} },
    definitions: { service: { ...service, allOf: presets.map(withOptions) } },
  };
}

const withOptions = ({ name, schema }: (typeof presets)[number]): Json => ({
  if: { properties: { preset: { const: name } }, required: ['preset'] },
  // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's word.
  then: { properties: { with: definitionOf(convert(schema)) } },
});

function convert(schema: z.ZodType): Json {
  const json: unknown = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-07',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodObject) Object.assign(jsonSchema, inSnakeCase(jsonSchema));
    },
  });
  return asJson(allowVariables(json));
}

function inSnakeCase({ properties, required }: Json): Json {
  return {
    ...(properties === undefined ? {} : { properties: renameKeys(asJson(properties)) }),
    ...(Array.isArray(required) ? { required: required.map((key) => toSnake(String(key))) } : {}),
  };
}

const renameKeys = (properties: Json): Json =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [toSnake(key), value]));

/** `port: ${PORT:-80}` is a text to an editor, where a number is wanted. */
function allowVariables(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(allowVariables);
  if (typeof node !== 'object' || node === null) return node;
  const json: Json = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, allowVariables(value)]),
  );
  return isNarrow(json) ? { anyOf: [json, { type: 'string', pattern: '\\$\\{' }] } : json;
}

const isNarrow = ({ type, pattern, enum: words }: Json): boolean =>
  type === 'integer' ||
  type === 'number' ||
  type === 'boolean' ||
  pattern !== undefined ||
  Array.isArray(words);

const definitionOf = ({ $schema: _, ...rest }: Json): Json => rest;

const asJson = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? { ...value } : {};
