/** The parts of the protocol that describe the past, the future and the definition. */
import { z } from 'zod';
import { exitSchema, processSchema, serviceSchema } from './schemas.ts';
import { nameSchema, statusWord } from './words.ts';

const base = { seq: z.number(), at: z.number() };

export const eventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('service.state'),
    service: nameSchema,
    from: statusWord,
    to: statusWord,
    detail: z.string(),
    pid: z.number().nullable(),
    cause: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('service.progress'),
    service: nameSchema,
    message: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('service.exited'),
    service: nameSchema,
    pid: z.number().nullable(),
    exit: exitSchema,
    reason: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('service.judged'),
    service: nameSchema,
    verdict: z.enum(['restart', 'rest', 'giveUp']),
    message: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('service.wish'),
    service: nameSchema,
    wish: z.enum(['up', 'down']),
    by: z.string(),
  }),
  z.object({ ...base, type: z.literal('service.removed'), service: nameSchema }),
  z.object({
    ...base,
    type: z.literal('group.state'),
    group: nameSchema,
    from: statusWord,
    to: statusWord,
  }),
  z.object({
    ...base,
    type: z.literal('manager.defect'),
    service: z.string(),
    message: z.string(),
  }),
  z.object({ ...base, type: z.literal('manager.degraded'), reason: z.string() }),
  z.object({ ...base, type: z.literal('manager.healed') }),
]);

export const logLineSchema = z.object({
  service: nameSchema,
  text: z.string(),
  at: z.number(),
  truncated: z.boolean(),
  skippedBytes: z.number(),
  offset: z.number().describe('Where the output of the service goes on behind this line'),
  log: z.string().describe('Which log the offset is of'),
});

/** What a stream says of itself, as the SSE event `notice`. */
export const noticeSchema = z.object({
  kind: z.enum(['dropped', 'gap', 'ended']),
  message: z.string(),
});

export const describeSchema = z.object({
  status: serviceSchema,
  definition: z
    .record(z.string(), z.unknown())
    .describe('As it is in force; the values of the environment are left out'),
  identity: z
    .object({
      bootId: z.string(),
      pidNamespace: z.string(),
      pid: z.number(),
      startTime: z.number(),
    })
    .nullable(),
  processes: z.array(processSchema),
  transitions: z.array(eventSchema).describe('The last ones, oldest first'),
});

export const configSchema = z.object({
  file: z.string().nullable(),
  project: z.record(z.string(), z.unknown()),
});

const chartNodeSchema = z.object({
  id: z.string(),
  name: z.string(),
  parent: z.string().nullable(),
  kind: z.enum(['atomic', 'compound', 'final']),
  initial: z.string().nullable(),
  status: z.string().nullable(),
  invokes: z.array(z.string()),
  entry: z.array(z.string()),
});

const chartEdgeSchema = z.object({
  id: z.string(),
  source: z.string(),
  target: z.string(),
  kind: z.enum(['event', 'after', 'always']),
  event: z.string(),
  guard: z.string().nullable(),
  actions: z.array(z.string()),
});

export const chartSchema = z.object({
  id: z.string(),
  initial: z.string(),
  nodes: z.array(chartNodeSchema),
  edges: z.array(chartEdgeSchema),
});

/** A dry run: the real machines in virtual time, every program as slow as it is allowed to be. */
export const timelineSchema = z.object({
  verb: z.enum(['down', 'restart']),
  totalMs: z.number(),
  deadlineMs: z.number(),
  spans: z.array(
    z.object({
      service: nameSchema,
      state: statusWord,
      fromMs: z.number(),
      toMs: z.number(),
      critical: z.boolean(),
    }),
  ),
  steps: z.array(z.object({ atMs: z.number(), service: nameSchema, what: z.string() })),
  criticalPath: z
    .array(z.object({ service: nameSchema, fromMs: z.number(), toMs: z.number() }))
    .describe('What decides how long it takes, in the order of time'),
});

export const healthSchema = z.object({
  healthy: z.boolean().describe('Every service that is wanted is ready'),
  wanted: z.number(),
  ready: z.number(),
  notReady: z.array(nameSchema),
  degraded: z.array(z.string()),
});

export const inspectorSchema = z.object({
  url: z.string().nullable().describe('With its secret behind the #; null: it is not open'),
  visit: z
    .string()
    .nullable()
    .describe('The same for one visit within a minute, where others may read along'),
  control: z.boolean().describe('Whoever has that address may change things'),
  opened: z.boolean().describe('It was not open before'),
});

/** The rest of it is for the inspector's page, and described in `inspection/protocol.ts`. */
export const recordingSchema = z.looseObject({
  format: z.literal('drover-recording'),
  from: z.number().describe('Milliseconds since 1970'),
  until: z.number(),
});
