/** From one app of an ecosystem file to the fields of a service. Pure. */
import { extname } from 'node:path';
import { splitWords } from '../../services/command-line.ts';
import { Complaint } from '../../services/field.ts';
import { plainWords, shellLine } from './command.ts';
import { type DraftService, type Fields, literal, literally, millisecondsText } from './draft.ts';
import { isTable, type Table } from './table.ts';

export interface Choice {
  /** 0 is the first of some; null: there is one. */
  readonly copy: number | null;
  /** `production`: its `env_production` goes over `env`. */
  readonly environment: string | undefined;
}

export function fillApp(service: DraftService, app: Table, choice: Choice): void {
  service.set({
    ...commandOf(app),
    cwd: app['cwd'],
    environment: environmentOf(app, choice),
    user: app['uid'] ?? app['user'],
    group: app['gid'],
    restart: restartOf(app),
    stop: stopOf(app),
    logs: logsOf(app),
  });
  for (const name of environmentsOf(app).filter((name) => name !== choice.environment)) {
    const values = JSON.stringify(app[`env_${name}`]);
    service.lose(`env_${name}: ${values}`, `choose it with \`drover import --env ${name}\``);
  }
  for (const [key, advice] of Object.entries(lost)) {
    const value = app[key];
    if (value === undefined || value === false || value === null) continue;
    service.lose(typeof value === 'object' ? key : `${key}: ${value}`, advice);
  }
}

/** The names that `--env` may have: what follows `env_`, where that is a map. */
export const environmentsOf = (app: Table): readonly string[] =>
  Object.keys(app)
    .filter((key) => key.startsWith('env_') && isTable(app[key]))
    .map((key) => key.slice('env_'.length));

/** PM2 chooses the interpreter by the ending of the script. */
const interpreters: Readonly<Record<string, string>> = {
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.ts': 'bun',
  '.py': 'python3',
  '.rb': 'ruby',
  '.sh': 'bash',
  '.php': 'php',
  '.pl': 'perl',
};

function commandOf(app: Table): Fields {
  const script = typeof app['script'] === 'string' ? app['script'] : '';
  const args = wordsOf(app['args']);
  const before = wordsOf(app['interpreter_args'] ?? app['node_args']);
  const named = app['interpreter'] ?? app['exec_interpreter'];
  const interpreter = typeof named === 'string' ? named : interpreters[extname(script)];
  // Without an interpreter PM2 gives a script of several words to a shell.
  if (interpreter === undefined && /\s/.test(script)) {
    return shellLine([script, ...args].join(' '));
  }
  const isDirect = interpreter === undefined || interpreter === 'none';
  return plainWords([...(isDirect ? [] : [interpreter, ...before]), script, ...args]);
}

function wordsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'string') return [];
  const words = splitWords(value);
  return words instanceof Complaint ? value.split(/\s+/) : words.map(({ text }) => text);
}

function environmentOf(app: Table, { copy, environment }: Choice): Fields {
  const chosen = environment === undefined ? null : app[`env_${environment}`];
  const written = [app['env'], chosen].filter(isTable);
  const entries = written.flatMap((block) => Object.entries(block));
  const variable = typeof app['instance_var'] === 'string' ? app['instance_var'] : null;
  return {
    ...Object.fromEntries(entries.map(([name, value]) => [name, asText(value)])),
    ...(copy === null ? {} : { [variable ?? 'NODE_APP_INSTANCE']: copy }),
  };
}

const asText = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? literal(JSON.stringify(value)) : literally(value);

/** Whatever ends is started again, also after success. */
function restartOf(app: Table): unknown {
  if (app['autorestart'] === false) return 'no';
  const codes = [app['stop_exit_codes'] ?? []].flat().map(Number);
  const slower = millisecondsText(app['exp_backoff_restart_delay'] ?? Number.NaN);
  const delay = millisecondsText(app['restart_delay'] ?? Number.NaN) ?? slower;
  const uptime = durationOf(app['min_uptime']);
  const more: Fields = {
    ...(codes.length === 0 ? {} : { success_exit_codes: codes }),
    ...(app['max_restarts'] === undefined ? {} : { intensity: Number(app['max_restarts']) }),
    ...(uptime === undefined ? {} : { reset_after: uptime }),
    ...(delay === undefined ? {} : { delay }),
    ...(slower === undefined ? {} : { factor: 1.5, max_delay: '15s' }),
  };
  // These codes end it for good; any other, 0 included, brings it back.
  const policy = codes.length === 0 ? 'always' : 'on-failure';
  return Object.keys(more).length === 0 ? policy : { policy, ...more };
}

/** PM2 also writes `10s`, `5m` and `1h`. */
function durationOf(value: unknown): string | undefined {
  if (typeof value === 'string' && /^\d+[smh]$/.test(value)) return value;
  return millisecondsText(value ?? Number.NaN);
}

function stopOf(app: Table): Fields {
  const grace = millisecondsText(app['kill_timeout'] ?? Number.NaN);
  return {
    ...(grace === undefined ? {} : { grace_period: grace }),
    ...(app['treekill'] === false ? { scope: 'process' } : {}),
  };
}

function logsOf(app: Table): Fields {
  const file = app['out_file'] ?? app['output'] ?? app['out'] ?? app['log_file'] ?? app['log'];
  return typeof file === 'string' && !file.startsWith('/dev/') ? { file: literal(file) } : {};
}

const lost: Readonly<Record<string, string>> = {
  watch: 'there is no such thing: run a watcher as the command, such as node --watch',
  max_memory_restart: 'there is no such thing; a limit of the kernel is limits: { as: ... }',
  cron_restart: 'run `drover restart` from a timer of the system',
  wait_ready: 'write type: notify, or ready with http, tcp or log',
  listen_timeout: 'write ready: { timeout: ... } beside what makes it ready',
  shutdown_with_message: 'drover asks with a signal',
  error_file: 'output and errors go to one file',
  error: 'output and errors go to one file',
  log_date_format: '`drover logs` knows when each line came',
  filter_env: 'drover hands down little; see inherit_env',
  env_file: 'write env_file',
  port: 'write it into environment',
  post_update: 'there is no such thing',
};
