/** From one process of process-compose to the fields of a service. Pure. */

import { shellLine } from './command.ts';
import { type Draft, type DraftService, type Fields, secondsText } from './draft.ts';
import { isTable, pairsOf, type Table } from './table.ts';

export function fillProcess(service: DraftService, fields: Table, draft: Draft): void {
  const shutdown = isTable(fields['shutdown']) ? fields['shutdown'] : {};
  service.set({
    description: fields['description'],
    ...commandOf(fields),
    cwd: fields['working_dir'],
    environment: pairsOf(fields['environment']),
    autostart: fields['disabled'] === true ? false : undefined,
    ready: readyOf(service, fields),
    healthcheck: healthcheckOf(fields['liveness_probe']),
    depends_on: dependsOn(fields['depends_on'], draft),
    restart: restartOf(fields['availability']),
    stop: stopOf(shutdown),
    logs: typeof fields['log_location'] === 'string' ? { file: fields['log_location'] } : undefined,
  });
  if (fields['is_daemon'] === true) {
    service.lose('is_daemon', 'write type: forking with a pid_file, or run it in the foreground');
  }
  const availability = isTable(fields['availability']) ? fields['availability'] : {};
  if (availability['exit_on_end'] === true || availability['restart'] === 'exit_on_failure') {
    service.lose('the end of everything with this process', 'drover goes on without it');
  }
  for (const [key, advice] of Object.entries(lost)) {
    if (fields[key] !== undefined && fields[key] !== false) service.lose(key, advice);
  }
}

function commandOf({ command, entrypoint }: Table): Fields {
  if (typeof command === 'string') return shellLine(command.replaceAll('$$', '$'));
  return Array.isArray(entrypoint) ? { command: entrypoint.map(String) } : {};
}

/** By a line of its output, or by a probe. */
function readyOf(service: DraftService, fields: Table): Fields | undefined {
  const line = fields['ready_log_line'];
  if (typeof line === 'string') {
    return { log: line.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&') };
  }
  const probe = fields['readiness_probe'];
  if (!isTable(probe)) return undefined;
  const initial = Number(probe['initial_delay_seconds'] ?? 0);
  const period = Number(probe['period_seconds'] ?? 10);
  const failures = Number(probe['failure_threshold'] ?? 3);
  if (Number(probe['success_threshold'] ?? 1) > 1) {
    service.lose('success_threshold', 'one success is enough');
  }
  return {
    ...questionOf(probe),
    interval: `${Math.min(period, 1)}s`,
    try_timeout: secondsText(probe['timeout_seconds'] ?? 1),
    timeout: `${initial + period * failures}s`,
  };
}

function healthcheckOf(probe: unknown): Fields | undefined {
  if (!isTable(probe)) return undefined;
  const retries = probe['failure_threshold'];
  const initial = secondsText(probe['initial_delay_seconds'] ?? '');
  return {
    ...questionOf(probe),
    interval: secondsText(probe['period_seconds'] ?? 10),
    timeout: secondsText(probe['timeout_seconds'] ?? 1),
    ...(retries === undefined ? {} : { retries: Number(retries) }),
    ...(initial === undefined ? {} : { start_period: initial }),
  };
}

function questionOf(probe: Table): Fields {
  const { exec, http_get: http } = probe;
  if (isTable(exec) && typeof exec['command'] === 'string') {
    return { exec: ['/bin/sh', '-c', String(shellLine(exec['command'])['command'])] };
  }
  if (!isTable(http)) return {};
  const { scheme = 'http', host = '127.0.0.1', port = 80, path = '/' } = http;
  const status = http['status_code'];
  const url = `${scheme}://${host}:${port}/${String(path).replace(/^\//, '')}`;
  return { http: url, ...(status === undefined ? {} : { status: Number(status) }) };
}

const conditions: Readonly<Record<string, string>> = {
  process_started: 'started',
  process_healthy: 'ready',
  process_log_ready: 'ready',
  process_completed: 'completed',
  process_completed_successfully: 'completed',
};

function dependsOn(value: unknown, draft: Draft): Fields {
  const known = Object.entries(isTable(value) ? value : {}).flatMap(([written, need]) => {
    const name = draft.nameOf(written);
    if (name === null) return [];
    const condition = conditions[String(isTable(need) ? need['condition'] : '')] ?? 'started';
    if (condition === 'completed') completes(draft, name);
    return [[name, { condition }] as const];
  });
  return Object.fromEntries(known);
}

function completes(draft: Draft, name: string): void {
  for (const one of draft.called(name)) one.set({ type: 'oneshot' });
}

const policies: Readonly<Record<string, string>> = {
  always: 'always',
  on_failure: 'on-failure',
  exit_on_failure: 'no',
  no: 'no',
};

/** Without a word process-compose restarts nothing. */
function restartOf(value: unknown): unknown {
  const fields = isTable(value) ? value : {};
  const policy = policies[String(fields['restart'] ?? 'no')] ?? 'no';
  const delay = secondsText(fields['backoff_seconds'] ?? '');
  const most = Number(fields['max_restarts'] ?? 0);
  const more: Fields = {
    ...(delay === undefined ? {} : { delay, factor: 1 }),
    ...(most > 0 ? { intensity: most, period: '1h' } : {}),
  };
  return Object.keys(more).length === 0 ? policy : { policy, ...more };
}

const signals: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  15: 'SIGTERM',
};

function stopOf(shutdown: Table): Fields {
  const signal = signals[Number(shutdown['signal'])];
  const grace = secondsText(shutdown['timeout_seconds'] ?? '');
  const { command } = shutdown;
  return {
    ...(typeof command === 'string'
      ? { command: ['/bin/sh', '-c', String(shellLine(command)['command'])] }
      : {}),
    ...(signal === undefined ? {} : { signal }),
    ...(grace === undefined ? {} : { grace_period: grace }),
    ...(shutdown['parent_only'] === true ? { scope: 'process' } : {}),
  };
}

const lost: Readonly<Record<string, string>> = {
  is_tty: 'services have no terminal',
  is_interactive: 'services have no terminal',
  is_foreground: 'run it by itself, in a terminal',
  is_elevated: 'write user, and run drover as root',
  log_configuration: 'write logs',
  schedule: 'run `drover start` from a timer of the system',
  is_template_disabled: 'drover has no templates',
  vars: 'write the values out',
};
