/**
 * What each verb takes, as query or body; what stands in the path is not part of it. It stands
 * apart from what they give, for a daemon checks no answers of its own.
 */
import { z } from 'zod';
import type { VerbName } from './verbs.ts';
import { namesSchema, signalSchema, statusWord, timeoutSchema } from './words.ts';

// A query is all text, so numbers and booleans are read from it.
const queryNumber = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const queryTimeout = z.coerce.number().pipe(timeoutSchema);
const queryFlag = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] });
const queryNames = z
  .string()
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .pipe(namesSchema);

const none = z.strictObject({});
const by = z
  .string()
  .regex(/^[\x20-\x7e]{1,64}$/, 'not a short name')
  .optional();
const wait = z.boolean().optional().describe('false: answer at once, with an operation to follow');
const timeoutMs = timeoutSchema
  .optional()
  .describe('Give up waiting after so long; the work goes on');

const some = z.strictObject({ names: namesSchema.min(1), wait, timeoutMs, by });
const someOrAll = z.strictObject({ names: namesSchema.optional(), wait, timeoutMs, by });
const named = z.strictObject({ names: namesSchema.min(1) });
const services = queryNames.optional().describe('Names, separated by commas; absent: all');
const config = z
  .record(z.string(), z.unknown())
  .optional()
  .describe('A configuration as one writes it; absent: the file of the daemon is read again');

export const requests = {
  status: z.strictObject({ services }),
  service: none,
  describe: z.strictObject({ transitions: queryNumber.optional() }),
  why: none,
  processes: none,
  wait: z.strictObject({
    for: z.union([statusWord, z.enum(['ready', 'healthy'])]).optional(),
    timeoutMs: queryTimeout.optional(),
  }),
  history: z.strictObject({
    since: queryNumber.optional(),
    after: queryNumber.optional(),
    limit: queryNumber.optional(),
    services,
  }),
  events: z.strictObject({
    after: queryNumber.optional(),
    since: queryNumber.optional(),
    services,
  }),
  logs: z.strictObject({
    lines: queryNumber.optional(),
    follow: queryFlag.optional(),
    after: z.string().max(4_096).optional(),
    services,
  }),
  config: none,
  chart: z.strictObject({ machine: z.enum(['service', 'supervisor']).optional() }),
  timeline: z.strictObject({ verb: z.enum(['down', 'restart']).optional(), services }),
  operations: none,
  operation: z.strictObject({ wait: queryFlag.optional() }),
  daemon: none,
  health: none,
  metrics: none,
  openapi: none,
  recording: z.strictObject({ since: queryNumber.optional(), until: queryNumber.optional() }),
  start: someOrAll.extend({ dependencies: z.boolean().optional() }),
  stop: someOrAll,
  restart: someOrAll,
  reload: some,
  kill: some,
  signal: z.strictObject({ names: namesSchema.min(1), signal: signalSchema, by }),
  reset: named,
  pin: named,
  unpin: named,
  plan: z.strictObject({ config }),
  apply: z.strictObject({ config, wait, timeoutMs, by }),
  inspect: z.strictObject({
    control: z.boolean().optional().describe('It may also change things; else only look'),
    stately: z.boolean().optional().describe('A page that shows all to that of stately.ai'),
    close: z.boolean().optional().describe('Closes it instead'),
    port: z.number().int().min(0).max(65_535).optional().describe('0 or absent: any'),
  }),
  shutdown: z.strictObject({ services: z.enum(['stop', 'leave']).optional(), wait, by }),
} as const satisfies Record<VerbName, z.ZodObject>;
