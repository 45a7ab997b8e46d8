/**
 * Describes a service, a group and a whole configuration AS A USER WRITES THEM:
 * nearly everything may be left out. Names are in camelCase here and in
 * TypeScript, in snake_case in files. What comes out of `resolve.ts` is complete.
 */
import { z } from 'zod';
import {
  address,
  command,
  endpoint,
  environment,
  limit,
  textMap,
  texts,
} from './compound-fields.ts';
import {
  account,
  count,
  duration,
  exitCode,
  factor,
  flag,
  httpStatus,
  nice,
  octal,
  oneOf,
  pattern,
  protocol,
  ratio,
  signal,
  size,
  text,
  url,
  words,
} from './fields.ts';

const check = {
  tcp: address.optional(),
  unix: words.optional(),
  http: url.optional(),
  status: httpStatus.optional(),
  exec: command.optional(),
  file: words.optional(),
  protocol: protocol.optional(),
  /** Where the protocol is spoken. */
  at: endpoint.optional(),
};

/** When a start is over. Without it: when the service has lived for a second. */
export const readySchema = z.strictObject({
  ...check,
  log: pattern.optional(),
  pidFile: flag.optional(),
  notify: flag.optional(),
  after: duration.optional(),
  interval: duration.optional(),
  tryTimeout: duration.optional(),
  timeout: duration.optional(),
  ownsListener: flag.optional(),
});

export const healthcheckSchema = z.strictObject({
  ...check,
  /** As compose has it: `[CMD, program, ...]`, `[CMD-SHELL, line]`, or a line for a shell. */
  test: command.optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  retries: count.optional(),
  startPeriod: duration.optional(),
  onFailure: oneOf('restart', 'none').optional(),
  disable: flag.optional(),
});

const policy = oneOf('no', 'never', 'on-failure', 'always', 'unless-stopped');

const restartFields = z.strictObject({
  policy: policy.optional(),
  delay: duration.optional(),
  factor: factor.optional(),
  maxDelay: duration.optional(),
  jitter: ratio.optional(),
  resetAfter: duration.optional(),
  intensity: count.optional(),
  period: duration.optional(),
  successExitCodes: z.array(exitCode).optional(),
  fatalExitCodes: z.array(exitCode).optional(),
});
export const restartSchema = z.union([policy, restartFields]);

const stopStep = z.strictObject({
  signal: signal.optional(),
  command: command.optional(),
  wait: duration,
});

export const stopSchema = z.strictObject({
  signal: signal.optional(),
  gracePeriod: duration.optional(),
  /** Run first, before any signal. */
  command: command.optional(),
  steps: z.array(stopStep).min(1).optional(),
  scope: oneOf('group', 'process').optional(),
  killTimeout: duration.optional(),
  sweep: duration.optional(),
  /** A stop that comes during a start waits this long for readiness first. */
  waitReady: duration.optional(),
});

const directory = z.union([words, z.strictObject({ path: words, mode: octal.optional() })]);

const preparedFile = z.strictObject({
  path: words,
  content: text,
  mode: octal.optional(),
  onlyIfMissing: flag.optional(),
});

export const prepareSchema = z.strictObject({
  name: words,
  unlessExists: words.optional(),
  directories: z.array(directory).optional(),
  files: z.array(preparedFile).optional(),
  command: command.optional(),
  shell: flag.optional(),
  cwd: words.optional(),
  environment: environment.optional(),
  /** The command builds `from`, which is then renamed to `to`. */
  staging: z.strictObject({ from: words, to: words }).optional(),
  removeStale: texts.optional(),
  user: account.optional(),
  group: account.optional(),
  timeout: duration.optional(),
});

const condition = oneOf(
  'started',
  'ready',
  'healthy',
  'completed',
  'service_started',
  'service_healthy',
  'service_completed_successfully',
);

const dependency = z.strictObject({
  condition: condition.optional(),
  restart: flag.optional(),
  required: flag.optional(),
});

const reload = z.strictObject({
  signal: signal.optional(),
  command: command.optional(),
  test: command.optional(),
});

const logs = z.strictObject({
  file: words.optional(),
  maxSize: size.optional(),
  maxFiles: count.optional(),
  /** Where the service itself writes what goes wrong; quoted when it does not start. */
  errorLog: words.optional(),
});

export const serviceSchema = z.strictObject({
  preset: words.optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  description: text.optional(),
  command: command.optional(),
  shell: flag.optional(),
  cwd: words.optional(),
  workingDir: words.optional(),
  environment: environment.optional(),
  env: environment.optional(),
  inheritEnv: z.union([flag, texts]).optional(),
  envFile: texts.optional(),
  user: account.optional(),
  group: account.optional(),
  umask: octal.optional(),
  nice: nice.optional(),
  limits: z.record(z.string(), limit).optional(),
  type: oneOf('simple', 'forking', 'oneshot', 'notify').optional(),
  pidFile: z.union([words, z.strictObject({ path: words, wait: duration.optional() })]).optional(),
  autostart: flag.optional(),
  prepare: z.array(prepareSchema).optional(),
  ready: readySchema.optional(),
  healthcheck: healthcheckSchema.optional(),
  dependsOn: z.union([texts, z.record(z.string(), dependency)]).optional(),
  restart: restartSchema.optional(),
  stop: stopSchema.optional(),
  stopSignal: signal.optional(),
  stopGracePeriod: duration.optional(),
  reload: reload.optional(),
  reloadSignal: signal.optional(),
  logs: logs.optional(),
  labels: textMap.optional(),
});

/** What makes sense for every service alike. */
export const defaultsSchema = serviceSchema.pick({
  cwd: true,
  workingDir: true,
  environment: true,
  env: true,
  inheritEnv: true,
  envFile: true,
  user: true,
  group: true,
  umask: true,
  nice: true,
  limits: true,
  autostart: true,
  restart: true,
  stop: true,
  stopSignal: true,
  stopGracePeriod: true,
  logs: true,
  labels: true,
});

export const groupSchema = z.strictObject({
  description: text.optional(),
  /** Names of services and of other groups. */
  children: texts,
  strategy: oneOf('one_for_one', 'one_for_all', 'rest_for_one').optional(),
  intensity: count.optional(),
  period: duration.optional(),
  onExceeded: oneOf('escalate', 'isolate').optional(),
  restart: restartSchema.optional(),
});

const version = z.union([z.literal(1), z.literal('1')]);

export const configSchema = z.strictObject({
  version: version.optional(),
  name: words.optional(),
  defaults: defaultsSchema.optional(),
  services: z.record(z.string(), serviceSchema),
  groups: z.record(z.string(), groupSchema).optional(),
  shutdown: z.strictObject({ timeout: duration.optional() }).optional(),
  stateDir: words.optional(),
});

/** As written. */
export type ServiceDefinition = z.input<typeof serviceSchema>;
export type GroupDefinition = z.input<typeof groupSchema>;
export type Config = z.input<typeof configSchema>;

/** As parsed: durations in milliseconds, sizes in bytes, but still with what was left out. */
export type ServiceFields = z.output<typeof serviceSchema>;
export type DefaultFields = z.output<typeof defaultsSchema>;
export type GroupFields = z.output<typeof groupSchema>;
export type ConfigFields = z.output<typeof configSchema>;
export type PrepareFields = z.output<typeof prepareSchema>;
export type ReadyFields = z.output<typeof readySchema>;
export type HealthcheckFields = z.output<typeof healthcheckSchema>;
export type StopFields = z.output<typeof stopSchema>;
export type RestartFields = z.output<typeof restartFields>;
