/** What people write who know another supervisor, and how it is called here. */
import { toCamel, toSnake } from './keys.ts';

const service: Readonly<Record<string, string>> = {
  // supervisord
  stopwaitsecs: 'write stop_grace_period: 10s',
  stopsignal: 'write stop_signal',
  autorestart: 'write restart: always, on-failure or no',
  startretries: 'write restart: { intensity: 3 }',
  startsecs: 'write ready: { after: 1s }',
  exitcodes: 'write restart: { success_exit_codes: [0] }',
  directory: 'write cwd',
  numprocs: 'write one service for each copy; YAML anchors save the typing',
  process_name: 'the name is the key under services',
  priority: 'write depends_on: the order follows from what needs what',
  redirect_stderr: 'leave it out: output and errors go to one file',
  stdout_logfile: 'write logs: { file: ... }',
  stderr_logfile: 'write logs: { file: ... }; output and errors go to one file',
  stdout_logfile_maxbytes: 'write logs: { max_size: 10MB }',
  stdout_logfile_backups: 'write logs: { max_files: 5 }',
  stopasgroup: 'write stop: { scope: group }',
  killasgroup: 'write stop: { scope: group }',
  // PM2
  script: 'write command',
  args: 'write them into command',
  exec_mode: 'leave it out: drover starts every program as it is',
  instances: 'write one service for each copy; YAML anchors save the typing',
  max_restarts: 'write restart: { intensity: 5 }',
  min_uptime: 'write restart: { reset_after: 30s }',
  restart_delay: 'write restart: { delay: 500ms }',
  exp_backoff_restart_delay: 'write restart: { delay: 500ms, factor: 2 }',
  kill_timeout: 'write stop_grace_period: 10s',
  listen_timeout: 'write ready: { timeout: 60s }',
  wait_ready: 'write type: notify, or ready',
  stop_exit_codes: 'write restart: { success_exit_codes: [0] }',
  out_file: 'write logs: { file: ... }',
  error_file: 'write logs: { file: ... }; output and errors go to one file',
  log_file: 'write logs: { file: ... }',
  watch: 'there is no such thing: run a watcher as the command',
  // compose
  image: 'drover runs programs, not containers: write command',
  build: 'drover runs programs, not containers: write command',
  entrypoint: 'write command',
  container_name: 'the name is the key under services',
  ports: 'drover runs programs, not containers: they listen themselves',
  volumes: 'drover runs programs, not containers: they see the files themselves',
  networks: 'drover runs programs, not containers',
  deploy: 'write restart and limits',
  ulimits: 'write limits',
  logging: 'write logs',
  init: 'leave it out',
  // process-compose
  processes: 'write services',
  availability: 'write restart',
  readiness_probe: 'write ready',
  liveness_probe: 'write healthcheck',
  disabled: 'write autostart: false',
  is_daemon: 'write type: forking, and pid_file',
  shutdown: 'write stop',
  // systemd
  execstart: 'write command',
  exec_start: 'write command',
  execstartpre: 'write prepare',
  execreload: 'write reload: { command: ... }',
  execstop: 'write stop: { command: ... }',
  killsignal: 'write stop_signal',
  timeoutstopsec: 'write stop_grace_period: 10s',
  timeoutstartsec: 'write ready: { timeout: 60s }',
  restartsec: 'write restart: { delay: 500ms }',
  startlimitburst: 'write restart: { intensity: 5 }',
  startlimitintervalsec: 'write restart: { period: 60s }',
  pidfile: 'write pid_file',
  workingdirectory: 'write cwd',
  environmentfile: 'write env_file',
  after: 'write depends_on',
  requires: 'write depends_on',
  wants: 'write depends_on',
  // pebble, and drover's own drafts
  startup: 'write autostart',
  'backoff-delay': 'write restart: { delay: 500ms }',
  'kill-delay': 'write stop_grace_period: 10s',
  recipe: 'write preset',
  success_exit_codes: 'write restart: { success_exit_codes: [0] }',
  intensity: 'write restart: { intensity: 5 }',
  backoff: 'write restart: { delay: 500ms, factor: 2, max_delay: 30s }',
  grace_period: 'write stop_grace_period',
};

const top: Readonly<Record<string, string>> = {
  programs: 'write services',
  processes: 'write services',
  apps: 'write services',
  program: 'write services',
  project: 'write name',
  state_directory: 'write state_dir',
};

/** What to write instead of a key that another program knows; null for any other. */
export function foreignHint(key: string, at: 'top' | 'service'): string | null {
  const hints = at === 'top' ? top : service;
  const found = [key.toLowerCase(), toSnake(toCamel(key))].find((one) => Object.hasOwn(hints, one));
  return found === undefined ? null : (hints[found] ?? null);
}
