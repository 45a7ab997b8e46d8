/** supervisord: one Python process that starts everything itself. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contestant, Job } from '../contestant.ts';
import { commandLine, onPath, start } from '../programs.ts';

export const supervisord: Contestant = {
  name: 'supervisord',
  missing: () =>
    onPath('supervisord') ? null : 'supervisord is not on PATH (apt install supervisor)',
  prepare(job) {
    const config = join(job.directory, 'supervisord.conf');
    mkdirSync(join(job.directory, 'logs'), { recursive: true });
    writeFileSync(config, configOf(job));
    let pid = 0;
    return {
      async start() {
        pid = start('supervisord', ['-n', '-c', config], { cwd: job.directory });
      },
      async stop() {
        process.kill(pid, 'SIGTERM');
      },
      manager: () => pid,
      status: ['supervisorctl', '-c', config, 'status'],
    };
  },
};

function configOf({ directory, count, argv, graceMs }: Job): string {
  return `[supervisord]
nodaemon=true
minfds=${4 * count + 200}
logfile=${directory}/supervisord.log
pidfile=${directory}/supervisord.pid
childlogdir=${directory}/logs

[unix_http_server]
file=${directory}/supervisor.sock

[supervisorctl]
serverurl=unix://${directory}/supervisor.sock

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[program:s]
command=${commandLine(argv).replaceAll('%', '%%')}
process_name=%(process_num)04d
numprocs=${count}
startsecs=0
startretries=1000000
autorestart=true
stopwaitsecs=${Math.max(graceMs / 1_000, 2)}
redirect_stderr=true
stdout_logfile=${directory}/logs/%(process_num)04d.log
`;
}
