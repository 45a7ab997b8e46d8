/** From one `[program:x]` of supervisord to services: as many as it has copies. */
import { filledLine } from './command.ts';
import { type Draft, type DraftService, type Fields, literal, secondsText } from './draft.ts';
import { parsePairs } from './ini.ts';

type Values = ReadonlyMap<string, string>;

export function addProgram(draft: Draft, program: string, values: Values, here: string): void {
  const count = Math.max(1, Number(values.get('numprocs') ?? 1) || 1);
  const from = Number(values.get('numprocs_start') ?? 0) || 0;
  for (const [index, service] of draft.addCopies(program, count).entries()) {
    const filled = expanded(values, {
      program_name: program,
      group_name: program,
      process_num: String(from + index),
      here,
    });
    fill(service, filled);
  }
}

/** `%(process_num)02d`, `%(ENV_HOME)s`; the texts between mean themselves. */
function expanded(values: Values, known: Readonly<Record<string, string>>): Values {
  const expand = (text: string): string =>
    literal(text).replaceAll(/%%|%\((\w+)\)(0?)(\d*)[sd]/g, (all, name, zero, width) => {
      if (all === '%%') return '%';
      if (`${name}`.startsWith('ENV_')) return `\${${`${name}`.slice(4)}}`;
      const value = known[`${name}`] ?? all;
      return `${value}`.padStart(Number(width) || 0, zero === '' ? ' ' : '0');
    });
  return new Map([...values].map(([key, value]) => [key, expand(value)]));
}

function fill(service: DraftService, values: Values): void {
  const get = (key: string): string | undefined => values.get(key);
  service.set({
    ...(get('command') === undefined ? {} : filledLine(get('command') ?? '')),
    cwd: get('directory'),
    environment: parsePairs(get('environment') ?? ''),
    user: get('user'),
    umask: get('umask'),
    autostart: get('autostart') === 'false' ? false : undefined,
    ready: get('startsecs') === undefined ? undefined : { after: secondsText(get('startsecs')) },
    restart: restart(values),
    stop: stop(values),
    logs: logs(service, values),
  });
  for (const [key, advice] of Object.entries(lost)) {
    const value = get(key);
    if (value !== undefined && isNews(key, value)) service.lose(`${key}=${value}`, advice);
  }
}

const isTrue = (value: string | undefined): boolean => /^(?:true|yes|on|1)$/i.test(value ?? '');

/** By default supervisord restarts what ends with a code that it does not expect. */
function restart(values: Values): unknown {
  const written = values.get('autorestart')?.toLowerCase() ?? 'unexpected';
  const codes = (values.get('exitcodes') ?? '0').split(',').map(Number);
  const retries = values.get('startretries');
  const policy = written === 'unexpected' ? 'on-failure' : isTrue(written) ? 'always' : 'no';
  const more: Fields = {
    ...(retries === undefined ? {} : { intensity: Number(retries) }),
    ...(policy === 'on-failure' && codes.join() !== '0' ? { success_exit_codes: codes } : {}),
  };
  return Object.keys(more).length === 0 ? policy : { policy, ...more };
}

function stop(values: Values): Fields {
  const wait = secondsText(values.get('stopwaitsecs') ?? '');
  const signal = values.get('stopsignal');
  return {
    ...(signal === undefined ? {} : { signal: `SIG${signal.toUpperCase().replace(/^SIG/, '')}` }),
    ...(wait === undefined ? {} : { grace_period: wait }),
    ...(isTrue(values.get('stopasgroup')) ? { scope: 'group' } : {}),
  };
}

function logs(service: DraftService, values: Values): Fields {
  const file = values.get('stdout_logfile');
  const errors = values.get('stderr_logfile');
  const size = values.get('stdout_logfile_maxbytes');
  const backups = values.get('stdout_logfile_backups');
  if (errors !== undefined && isPath(errors) && !isTrue(values.get('redirect_stderr'))) {
    service.lose(`stderr_logfile=${errors}`, 'output and errors go to one file');
  }
  if (file !== undefined && /^\/dev\/|^syslog$/.test(file)) {
    service.lose(`stdout_logfile=${file}`, 'drover keeps a file; see `drover logs`');
  }
  return {
    ...(file !== undefined && isPath(file) ? { file } : {}),
    ...(size === undefined || size === '0' ? {} : { max_size: size }),
    ...(backups === undefined || !/^\d+$/.test(backups) ? {} : { max_files: Number(backups) }),
  };
}

const isPath = (file: string): boolean => !/^(?:auto|none|syslog|\/dev\/.*)$/i.test(file);

const lost: Readonly<Record<string, string>> = {
  priority: 'write depends_on: the order follows from what needs what',
  process_name: 'the name is the key under services',
  stdout_events_enabled: 'see `drover logs --json`',
  stderr_events_enabled: 'see `drover logs --json`',
  stdout_capture_maxbytes: 'there is no such thing',
  stderr_capture_maxbytes: 'there is no such thing',
  stdout_logfile_maxbytes: 'a log is always bounded',
  serverurl: 'there is no such thing',
};

/** What stands for the default says nothing. */
function isNews(key: string, value: string): boolean {
  if (key === 'priority') return value !== '999';
  if (key === 'process_name')
    return !/process_num|program_name/.test(value) && !/^[\w-]+$/.test(value);
  if (key.endsWith('_events_enabled')) return isTrue(value);
  if (key === 'stdout_logfile_maxbytes') return value === '0';
  return true;
}
