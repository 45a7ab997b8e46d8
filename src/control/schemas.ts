/**
 * What a daemon tells of services, groups and itself, described once. The types of
 * the client and the OpenAPI document come from here; a test holds it to what the
 * runtime really answers.
 */
import { z } from 'zod';
import { nameSchema, statusWord } from './words.ts';

const at = z.number().nullable().describe('Milliseconds since 1970');

export const exitSchema = z.object({
  code: z.number().nullable(),
  signal: z.string().nullable(),
});

export const lastExitSchema = exitSchema.extend({
  reason: z.string(),
  at: at,
});

export const failureSchema = z
  .looseObject({ kind: z.string(), message: z.string() })
  .describe('Why it is not running although it is wanted; `kind` is stable');

export const stopOutcomeSchema = z.object({
  by: z.string().nullable(),
  killed: z.boolean(),
  tookMs: z.number(),
});

export const serviceSchema = z.object({
  name: nameSchema,
  group: nameSchema,
  description: z.string().nullable(),
  type: z.string(),
  state: statusWord,
  detail: z.string().describe('The leaf of the chart, such as starting.awaitingReady.probing'),
  desired: z.enum(['up', 'down']),
  pinned: z.boolean(),
  pid: z.number().nullable(),
  startedAt: at,
  readyAt: at,
  restarts: z.number().describe('Since somebody last asked for it'),
  adopted: z.boolean(),
  ready: z.boolean(),
  healthy: z.boolean(),
  tracking: z
    .enum(['tree', 'main'])
    .nullable()
    .describe('tree: all its processes are known; main: only the main one; null: nothing runs'),
  lastExit: lastExitSchema.nullable(),
  failure: failureSchema.nullable(),
  why: z.string().describe('One sentence'),
  dependsOn: z.array(nameSchema),
  autostart: z.boolean(),
  labels: z.record(z.string(), z.string()),
  cpu: z.number().nullable().describe('Per cent of one core, of the whole tree; null: not known'),
  rss: z.number().nullable().describe('Resident bytes of the whole tree; null: not known'),
  ports: z
    .array(z.number())
    .describe(
      'TCP ports that its processes listen on; those that its checks name, where it does not run or that cannot be seen',
    ),
});

export const groupSchema = z.object({
  name: nameSchema,
  parent: nameSchema.nullable(),
  state: statusWord,
  strategy: z.string(),
  failure: z.string().nullable(),
  members: z.array(nameSchema),
});

export const daemonSchema = z.object({
  pid: z.number(),
  version: z.string(),
  apiVersion: z.literal(1),
  node: z.string(),
  startedAt: z.number(),
  project: z.string(),
  file: z.string().nullable(),
  stateDir: z.string(),
  socket: z.string(),
  url: z.string().nullable().describe('Of the TCP listener, where there is one'),
  degraded: z.array(z.string()).describe('What does not work at present, and heals by itself'),
  memory: z.number().describe('Resident bytes of the daemon'),
  eventLoopLagMs: z.number().describe('Mean over the last seconds'),
  clients: z.number(),
});

export const statusSchema = z.object({
  daemon: daemonSchema,
  services: z.array(serviceSchema),
  groups: z.array(groupSchema),
});

export const processSchema = z.object({
  pid: z.number(),
  parentPid: z.number(),
  startTime: z.number(),
  command: z.string(),
  cpuMs: z.number(),
  residentBytes: z.number(),
  holdsLifeline: z.boolean(),
});

export const outcomeSchema = z.object({
  name: nameSchema,
  status: statusWord,
  summary: z.string().describe('Such as: stopped by SIGTERM in 312 ms'),
  pid: z.number().nullable(),
  stop: stopOutcomeSchema.nullable(),
});

export const errorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
  }),
});

export const changeSchema = z.object({
  name: nameSchema,
  kind: z.enum(['start', 'stop', 'restart', 'update', 'unchanged']),
  why: z.string(),
});

/** A command, under way or over. */
export const operationSchema = z.object({
  id: z.string(),
  verb: z.string(),
  names: z.array(z.string()).nullable().describe('null: all'),
  by: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: z.number(),
  endedAt: at,
  outcomes: z.array(outcomeSchema),
  changes: z.array(changeSchema).describe('Of apply'),
  error: errorSchema.shape.error.nullable(),
});
