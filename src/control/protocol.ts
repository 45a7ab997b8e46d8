/**
 * What each verb takes and gives. The types of the client and the OpenAPI document are
 * made from this one table; nothing here runs anything.
 */
import { z } from 'zod';
import { requests } from './requests.ts';
import {
  changeSchema,
  daemonSchema,
  type errorSchema,
  operationSchema,
  processSchema,
  serviceSchema,
  statusSchema,
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
  readonly request: z.ZodObject;
  /** One value of a stream, where the answer is one. */
  readonly response: z.ZodType;
}

export const contracts = {
  status: {
    doc: 'The daemon, all services and all groups',
    request: requests.status,
    response: statusSchema,
  },
  service: { doc: 'One service', request: requests.service, response: serviceSchema },
  describe: {
    doc: 'Definition, identity, processes and last transitions of one service',
    request: requests.describe,
    response: describeSchema,
  },
  why: {
    doc: 'One sentence with the whole chain of causes',
    request: requests.why,
    response: z.object({ name: z.string(), why: z.string() }),
  },
  processes: {
    doc: 'The process tree of one service',
    request: requests.processes,
    response: z.array(processSchema),
  },
  wait: {
    doc: 'Answers when the service is as asked for, or when it will never be',
    request: requests.wait,
    response: serviceSchema,
  },
  history: {
    doc: 'Events of the past, oldest first',
    request: requests.history,
    response: z.array(eventSchema),
  },
  events: {
    doc: 'Events as they happen. `after` or Last-Event-ID goes on after that sequence number',
    request: requests.events,
    response: eventSchema,
  },
  logs: {
    doc: 'The last lines of the services and, when followed, every further one. `after` or Last-Event-ID goes on after that id',
    request: requests.logs,
    response: logLineSchema,
  },
  config: {
    doc: 'The configuration in force, without the values of the environment',
    request: requests.config,
    response: configSchema,
  },
  chart: {
    doc: 'The statechart of a machine, as a graph',
    request: requests.chart,
    response: chartSchema,
  },
  timeline: {
    doc: 'A dry run in virtual time: how long it takes at worst, and what decides it',
    request: requests.timeline,
    response: timelineSchema,
  },
  operations: {
    doc: 'The last commands',
    request: requests.operations,
    response: z.array(operationSchema),
  },
  operation: {
    doc: 'One command; with `wait`, when it is over',
    request: requests.operation,
    response: operationSchema,
  },
  daemon: { doc: 'The daemon itself', request: requests.daemon, response: daemonSchema },
  health: {
    doc: 'For load balancers: status 200 when all that is wanted is ready, else 503',
    request: requests.health,
    response: healthSchema,
  },
  metrics: { doc: 'For Prometheus', request: requests.metrics, response: z.string() },
  openapi: {
    doc: 'This document',
    request: requests.openapi,
    response: z.record(z.string(), z.unknown()),
  },
  recording: {
    doc: 'What happened, for the inspector to open: what it holds, else what the journal tells',
    request: requests.recording,
    response: recordingSchema,
  },

  start: {
    doc: 'Starts services and what they depend on; without names, all with autostart',
    request: requests.start,
    response: operationSchema,
  },
  stop: {
    doc: 'Stops services in order; without names, all',
    request: requests.stop,
    response: operationSchema,
  },
  restart: {
    doc: 'Stops and starts services',
    request: requests.restart,
    response: operationSchema,
  },
  reload: {
    doc: 'Tells services to read their configuration again',
    request: requests.reload,
    response: operationSchema,
  },
  kill: {
    doc: 'SIGKILL to the whole tree of each service',
    request: requests.kill,
    response: operationSchema,
  },
  signal: {
    doc: 'One signal to the main process of each service',
    request: requests.signal,
    response: operationSchema,
  },
  reset: {
    doc: 'Forgives failed services their past',
    request: requests.reset,
    response: operationSchema,
  },
  pin: { doc: 'Holds services as they are', request: requests.pin, response: operationSchema },
  unpin: { doc: 'Lets go of pinned services', request: requests.unpin, response: operationSchema },
  plan: {
    doc: 'What apply would change, and why',
    request: requests.plan,
    response: z.array(changeSchema),
  },
  apply: {
    doc: 'Makes the services as the configuration says; what is unchanged runs on',
    request: requests.apply,
    response: operationSchema,
  },
  inspect: {
    doc: 'Opens the inspector on loopback, or finds the one that is open',
    request: requests.inspect,
    response: inspectorSchema,
  },
  shutdown: {
    doc: 'Ends the daemon, after an ordered stop of everything or leaving it running',
    request: requests.shutdown,
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
