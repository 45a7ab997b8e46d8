/** The OpenAPI document, made from the table of verbs and their schemas. */
import { z } from 'zod';
import { version } from '../version.ts';
import { contracts } from './protocol.ts';
import { errorSchema } from './schemas.ts';
import { type Verb, type VerbName, verbs } from './verbs.ts';

type Json = Record<string, unknown>;

export function createOpenApi(): Json {
  const paths: Record<string, Json> = {};
  for (const [name, verb] of Object.entries(verbs) as [VerbName, Verb][]) {
    const path = verb.path.replaceAll(/:([a-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [verb.method.toLowerCase()]: operationOf(name, verb) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'drover',
      version,
      description: 'The control API of a drover daemon, on the unix socket of its state directory',
    },
    paths,
    components: {
      schemas: { Error: schemaOf(errorSchema, 'output') },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { token: [] }],
  };
}

function operationOf(name: VerbName, verb: Verb): Json {
  const { doc, request, response } = contracts[name];
  const asks = schemaOf(request, 'input');
  return {
    operationId: name,
    summary: doc,
    'x-access': verb.access,
    parameters: [...pathParameters(verb), ...(verb.method === 'GET' ? queryParameters(asks) : [])],
    ...(verb.method === 'POST'
      ? { requestBody: { content: { 'application/json': { schema: asks } } } }
      : {}),
    responses: {
      '200': { description: 'The answer', content: contentOf(verb, schemaOf(response, 'output')) },
      default: {
        description: 'An error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function contentOf({ answer }: Verb, schema: Json): Json {
  if (answer === 'json') return { 'application/json': { schema } };
  if (answer === 'text') return { 'text/plain': { schema } };
  return { 'text/event-stream': { schema, 'x-each': 'the data of one event is one such value' } };
}

const pathParameters = ({ path }: Verb): readonly Json[] =>
  [...path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters(schema: Json): readonly Json[] {
  const properties = (schema['properties'] ?? {}) as Record<string, Json>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}
