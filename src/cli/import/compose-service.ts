/** From one service of a compose file to the fields of a service. */

import { filledLine } from './command.ts';
import { copiesOf, deployLabels, deployRestart, loseDeploy } from './compose-deploy.ts';
import { dockerfileCommand } from './compose-dockerfile.ts';
import { imageFields } from './compose-image.ts';
import type { Draft, DraftService, Fields } from './draft.ts';
import { isTable, type Table } from './table.ts';

export interface Compose {
  readonly draft: Draft;
  readonly services: Table;
  /** Of the compose file. */
  readonly directory: string;
}

/** All have their names before the first is filled in, for they name one another. */
export function addService(name: string, fields: Table, compose: Compose): () => void {
  const { count, lost: lostCopies } = copiesOf(fields, isKnown(fields, compose));
  const copies = compose.draft.addCopies(name, count);
  return () => {
    for (const service of copies) {
      fillService(service, fields, compose);
      if (count === 0) service.set({ autostart: false });
      if (lostCopies !== null) service.lose(...lostCopies);
    }
  };
}

/** Whether as many as are wanted can be made of what is written. */
function isKnown(fields: Table, { directory }: Compose): boolean {
  if (imageFields(fields) !== null) return false;
  const isWritten = fields['command'] !== undefined || fields['entrypoint'] !== undefined;
  return isWritten || dockerfileCommand(fields['build'], directory) !== null;
}

function fillService(service: DraftService, fields: Table, compose: Compose): void {
  const isPreset = fillProgram(service, fields, compose);
  service.set({
    environment: isPreset ? undefined : environmentOf(service, fields, compose),
    env_file: envFilesOf(fields['env_file']),
    depends_on: dependsOn(fields['depends_on'], compose.draft),
    restart: deployRestart(fields) ?? (isPreset ? undefined : restartOf(fields['restart'])),
    healthcheck: isPreset ? undefined : healthcheckOf(fields['healthcheck']),
    stop_signal: fields['stop_signal'],
    stop_grace_period: fields['stop_grace_period'],
    limits: limitsOf(fields['ulimits']),
    labels: { ...labelsOf(fields['labels']), ...labelsOf(deployLabels(fields)) },
  });
  if (Array.isArray(fields['profiles']) && fields['profiles'].length > 0) {
    service.set({ autostart: false });
    service.notes.push(`is started when asked for; its profiles: ${fields['profiles'].join(', ')}`);
  }
  for (const [key, advice] of Object.entries(lost)) {
    const value = fields[key];
    if (value === undefined || (isPreset && key === 'ports')) continue;
    service.lose(`${key}${short(value)}`, advice);
  }
  loseDeploy(service, fields);
}

/** Whether it is a preset, which knows its own environment and checks. */
function fillProgram(service: DraftService, fields: Table, compose: Compose): boolean {
  const words = [...wordsOf(fields['entrypoint']), ...wordsOf(fields['command'])];
  const preset = imageFields(fields);
  if (preset !== null) {
    service.set(preset.fields);
    service.notes.push(`was ${fields['image']}; ${preset.note}`);
    if (words.length > 0) service.lose(`command: ${words.join(' ')}`, 'see with: settings');
    return true;
  }
  const isLine = typeof fields['command'] === 'string' && fields['entrypoint'] === undefined;
  const built = words.length === 0 ? dockerfileCommand(fields['build'], compose.directory) : null;
  if (isLine) service.set(filledLine(String(fields['command'])));
  else if (words.length > 0) service.set({ command: words });
  else if (built !== null) {
    service.set(built);
    service.notes.push('its command is from the Dockerfile');
  } else placeholder(service, fields);
  return false;
}

function placeholder(service: DraftService, fields: Table): void {
  const name = typeof fields['image'] === 'string' ? `the image ${fields['image']}` : 'its image';
  service.notes.push(`WRITE ITS COMMAND: what ${name} runs is not in the compose file`);
  service.set({ command: ['sh', '-c', 'echo the command is missing; exit 1'], autostart: false });
  service.lose('command', `write what ${name} runs, and remove autostart: false`);
}

function wordsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string') return [];
  const { command } = filledLine(value);
  return Array.isArray(command) ? command.map(String) : String(command).split(/\s+/);
}

function environmentOf(service: DraftService, fields: Table, { services }: Compose): Fields {
  const written = fields['environment'];
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(written)
    ? written.map((one) => {
        const [name = '', ...rest] = String(one).split('=');
        return [name, rest.length === 0 ? null : rest.join('=')] as const;
      })
    : Object.entries(isTable(written) ? written : {});
  const names = Object.keys(services);
  for (const [variable, value] of entries) {
    const host = names.find((name) => isHost(name, String(value)));
    if (host !== undefined) service.notes.push(`${variable} names the host "${host}"`);
  }
  return Object.fromEntries(entries);
}

/** `postgres://me@db:5432/x`, `db:5432`, `db`. */
const isHost = (name: string, value: string): boolean =>
  new RegExp(`(?:^|//|@)${name.replaceAll('.', '\\.')}(?::\\d|/|$)`).test(value);

function envFilesOf(value: unknown): readonly string[] | undefined {
  const files = [value ?? []].flat().flatMap((one) => {
    if (typeof one === 'string') return [one];
    return isTable(one) && typeof one['path'] === 'string' && one['required'] !== false
      ? [one['path']]
      : [];
  });
  return files.length === 0 ? undefined : files;
}

const conditions: Readonly<Record<string, string>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

function dependsOn(value: unknown, draft: Draft): Fields {
  const needs = Array.isArray(value)
    ? value.map((name) => [String(name), {}] as const)
    : Object.entries(isTable(value) ? value : {});
  const known = needs.flatMap(([written, need]) => {
    const name = draft.nameOf(written);
    if (name === null) return [];
    const { condition, restart, required } = isTable(need) ? need : {};
    return [
      [
        name,
        {
          condition: conditions[String(condition)] ?? 'started',
          ...(restart === undefined ? {} : { restart }),
          ...(required === undefined ? {} : { required }),
        },
      ] as const,
    ];
  });
  return Object.fromEntries(known);
}

/** Without a word compose never restarts. */
function restartOf(value: unknown): unknown {
  const [policy = 'no', count] = String(value ?? 'no').split(':');
  return count === undefined ? policy : { policy, intensity: Number(count) };
}

/** compose only shows that a service is unhealthy. */
function healthcheckOf(value: unknown): Fields | undefined {
  if (!isTable(value) || value['disable'] === true) return undefined;
  const { test, interval, timeout, retries, start_period } = value;
  if (test === undefined || [test].flat()[0] === 'NONE') return undefined;
  const pace = { interval: interval ?? '30s', timeout: timeout ?? '30s' };
  return {
    test,
    ...pace,
    ...(retries === undefined ? {} : { retries: Number(retries) }),
    ...(start_period === undefined ? {} : { start_period }),
    on_failure: 'none',
  };
}

function limitsOf(value: unknown): Fields {
  const limits = Object.entries(isTable(value) ? value : {}).map(([name, limit]) => [
    name,
    isTable(limit) ? `${limit['soft']}:${limit['hard']}`.replaceAll('-1', 'unlimited') : limit,
  ]);
  return Object.fromEntries(limits);
}

function labelsOf(value: unknown): Fields {
  if (!Array.isArray(value)) return isTable(value) ? { ...value } : {};
  return Object.fromEntries(value.map((one) => String(one).split(/=(.*)/s).slice(0, 2)));
}

function short(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'object' ? '' : `: ${value}`;
  return value.every((one) => typeof one !== 'object') ? `: ${value.join(', ')}` : '';
}

const lost: Readonly<Record<string, string>> = {
  ports: 'a program listens itself, at the port inside the container',
  volumes: 'programs see the files of this machine',
  networks: 'services see the network of this machine',
  network_mode: 'services see the network of this machine',
  extra_hosts: 'write them into /etc/hosts',
  user: 'accounts are those of this machine: write user',
  working_dir: 'paths are those of this machine: write cwd',
  mem_limit: 'there is no such thing; a limit of the kernel is limits: { as: ... }',
  cpus: 'there is no such thing',
  logging: 'write logs',
  secrets: 'see env_file',
  configs: 'see prepare: files',
  extends: 'import the output of `docker compose config` instead',
  devices: 'programs see the devices of this machine',
  cap_add: 'run drover as an account that may',
  privileged: 'run drover as an account that may',
  sysctls: 'set them for this machine',
  tmpfs: 'programs see the files of this machine',
};
