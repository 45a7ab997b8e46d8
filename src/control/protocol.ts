/**
 * What each verb takes and gives. Validation, the types of the client and the
 * OpenAPI document are made from this one table; nothing here runs anything.
 */
import { z } from 'zod';
import {
  changeSchema,
  daemonSchema,
  type errorSchema,
  namesSchema,
  operationSchema,
  processSchema,
  serviceSchema,
  signalSchema,
  statusSchema,
  statusWord,
  timeoutSchema,
} from './schemas.ts';
import {
  chartSchema,
  configSchema,
  describeSchema,
  eventSchema,
  healthSchema,
  inspectorSchema,
  logLineSchema,
  recordingSchema,
  timelineSchema,
} from './schemas-more.ts';
import type { VerbName } from './verbs.ts';

interface Contract {
  readonly doc: string;
  /** Query or body; what stands in the path is not part of it. */
  readonly request: z.ZodObject;
  /** One value of a stream, where the answer is one. */
  readonly response: z.ZodType;
}

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

export const contracts = {
  status: {
    doc: 'The daemon, all services and all groups',
    request: z.strictObject({ services }),
    response: statusSchema,
  },
  service: { doc: 'One service', request: none, response: serviceSchema },
  describe: {
    doc: 'Definition, identity, processes and last transitions of one service',
    request: z.strictObject({ transitions: queryNumber.optional() }),
    response: describeSchema,
  },
  why: {
    doc: 'One sentence with the whole chain of causes',
    request: none,
    response: z.object({ name: z.string(), why: z.string() }),
  },
  processes: {
    doc: 'The process tree of one service',
    request: none,
    response: z.array(processSchema),
  },
  wait: {
    doc: 'Answers when the service is as asked for, or when it will never be',
    request: z.strictObject({
      for: z.union([statusWord, z.enum(['ready', 'healthy'])]).optional(),
      timeoutMs: queryTimeout.optional(),
    }),
    response: serviceSchema,
  },
  history: {
    doc: 'Events of the past, oldest first',
    request: z.strictObject({
      since: queryNumber.optional(),
      after: queryNumber.optional(),
      limit: queryNumber.optional(),
      services,
    }),
    response: z.array(eventSchema),
  },
  events: {
    doc: 'Events as they happen. `after` or Last-Event-ID goes on after that sequence number',
    request: z.strictObject({
      after: queryNumber.optional(),
      since: queryNumber.optional(),
      services,
    }),
    response: eventSchema,
  },
  logs: {
    doc: 'The last lines of the services and, when followed, every further one. `after` or Last-Event-ID goes on after that id',
    request: z.strictObject({
      lines: queryNumber.optional(),
      follow: queryFlag.optional(),
      after: z.string().max(4_096).optional(),
      services,
    }),
    response: logLineSchema,
  },
  config: {
    doc: 'The configuration in force, without the values of the environment',
    request: none,
    response: configSchema,
  },
  chart: {
    doc: 'The statechart of a machine, as a graph',
    request: z.strictObject({ machine: z.enum(['service', 'supervisor']).optional() }),
    response: chartSchema,
  },
  timeline: {
    doc: 'A dry run in virtual time: how long it takes at worst, and what decides it',
    request: z.strictObject({ verb: z.enum(['down', 'restart']).optional(), services }),
    response: timelineSchema,
  },
  operations: { doc: 'The last commands', request: none, response: z.array(operationSchema) },
  operation: {
    doc: 'One command; with `wait`, when it is over',
    request: z.strictObject({ wait: queryFlag.optional() }),
    response: operationSchema,
  },
  daemon: { doc: 'The daemon itself', request: none, response: daemonSchema },
  health: {
    doc: 'For load balancers: status 200 when all that is wanted is ready, else 503',
    request: none,
    response: healthSchema,
  },
  metrics: { doc: 'For Prometheus', request: none, response: z.string() },
  openapi: { doc: 'This document', request: none, response: z.record(z.string(), z.unknown()) },
  recording: {
    doc: 'What happened, for the inspector to open: what it holds, else what the journal tells',
    request: z.strictObject({ since: queryNumber.optional(), until: queryNumber.optional() }),
    response: recordingSchema,
  },

  start: {
    doc: 'Starts services and what they depend on; without names, all with autostart',
    request: someOrAll.extend({ dependencies: z.boolean().optional() }),
    response: operationSchema,
  },
  stop: {
    doc: 'Stops services in order; without names, all',
    request: someOrAll,
    response: operationSchema,
  },
  restart: { doc: 'Stops and starts services', request: someOrAll, response: operationSchema },
  reload: {
    doc: 'Tells services to read their configuration again',
    request: some,
    response: operationSchema,
  },
  kill: {
    doc: 'SIGKILL to the whole tree of each service',
    request: some,
    response: operationSchema,
  },
  signal: {
    doc: 'One signal to the main process of each service',
    request: z.strictObject({ names: namesSchema.min(1), signal: signalSchema, by }),
    response: operationSchema,
  },
  reset: { doc: 'Forgives failed services their past', request: named, response: operationSchema },
  pin: { doc: 'Holds services as they are', request: named, response: operationSchema },
  unpin: { doc: 'Lets go of pinned services', request: named, response: operationSchema },
  plan: {
    doc: 'What apply would change, and why',
    request: z.strictObject({ config }),
    response: z.array(changeSchema),
  },
  apply: {
    doc: 'Makes the services as the configuration says; what is unchanged runs on',
    request: z.strictObject({ config, wait, timeoutMs, by }),
    response: operationSchema,
  },
  inspect: {
    doc: 'Opens the inspector on loopback, or finds the one that is open',
    request: z.strictObject({
      control: z.boolean().optional().describe('It may also change things; else only look'),
      stately: z.boolean().optional().describe('A page that shows all to that of stately.ai'),
      close: z.boolean().optional().describe('Closes it instead'),
      port: z.number().int().min(0).max(65_535).optional().describe('0 or absent: any'),
    }),
    response: inspectorSchema,
  },
  shutdown: {
    doc: 'Ends the daemon, after an ordered stop of everything or leaving it running',
    request: z.strictObject({ services: z.enum(['stop', 'leave']).optional(), wait, by }),
    response: operationSchema,
  },
} as const satisfies Record<VerbName, Contract>;

type Contracts = typeof contracts;

/** What goes into a verb, beside what stands in its path. */
export type RequestOf<Verb extends VerbName> = z.output<Contracts[Verb]['request']>;
export type ResponseOf<Verb extends VerbName> = z.output<Contracts[Verb]['response']>;
export type ErrorBody = z.output<typeof errorSchema>;

export type DaemonInfo = z.output<typeof daemonSchema>;
export type ServiceInfo = z.output<typeof serviceSchema>;
export type StatusInfo = z.output<typeof statusSchema>;
export type Operation = z.output<typeof operationSchema>;
export type ProcessView = z.output<typeof processSchema>;
export type EventInfo = z.output<typeof eventSchema>;
export type LogLineInfo = z.output<typeof logLineSchema>;
export type Description = z.output<typeof describeSchema>;
export type Timeline = z.output<typeof timelineSchema>;
export type Health = z.output<typeof healthSchema>;
