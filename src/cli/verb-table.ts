/** Every verb: its words, its flags, and the file that does it. Plain data, so that help loads nothing. */
import type { Run } from './options.ts';

export interface VerbEntry {
  /** Where the help lists it. */
  readonly group: 'Run' | 'Look' | 'Configure' | 'Manage';
  /** Name and arguments, as commander writes them. */
  readonly usage: string;
  readonly summary: string;
  readonly aliases?: readonly string[];
  /** Flags, what they mean, and their default. */
  readonly options?: readonly (readonly [string, string] | readonly [string, string, string])[];
  readonly hidden?: boolean;
  readonly load: () => Promise<{ readonly run: Run }>;
}

const timeout = [
  '--timeout <duration>',
  'give up waiting after so long; the work goes on',
] as const;
const noWait = ['--no-wait', 'return at once'] as const;
const dryRun = ['--dry-run', 'print the worst-case timeline, and do nothing'] as const;

export const verbs: readonly VerbEntry[] = [
  {
    group: 'Run',
    usage: 'up [services...]',
    summary: 'run the project here until ^C, or in the background',
    options: [
      ['-d, --detach', 'in the background: start a daemon, and return when the services are ready'],
      ['--listen <address>', 'also answer on 127.0.0.1:PORT'],
      timeout,
      noWait,
    ],
    load: () => import('./commands/up.ts'),
  },
  {
    group: 'Run',
    usage: 'down',
    summary: 'stop everything in order, and end the daemon',
    options: [dryRun, timeout],
    load: () => import('./commands/down.ts'),
  },
  {
    group: 'Run',
    usage: 'start [services...]',
    summary: 'start services and what they depend on',
    options: [timeout, noWait],
    load: () => import('./commands/start.ts'),
  },
  {
    group: 'Run',
    usage: 'stop [services...]',
    summary: 'stop services; the daemon stays',
    options: [timeout, noWait],
    load: () => import('./commands/stop.ts'),
  },
  {
    group: 'Run',
    usage: 'restart [services...]',
    summary: 'stop and start services',
    options: [dryRun, timeout, noWait],
    load: () => import('./commands/restart.ts'),
  },
  {
    group: 'Run',
    usage: 'reload <services...>',
    summary: 'let services read their configuration again',
    options: [timeout, noWait],
    load: () => import('./commands/reload.ts'),
  },
  {
    group: 'Run',
    usage: 'kill <services...>',
    summary: 'end services at once; with -s, send another signal',
    options: [['-s, --signal <signal>', 'this signal instead, as `signal` does'], timeout, noWait],
    load: () => import('./commands/kill.ts'),
  },
  {
    group: 'Run',
    usage: 'signal <signal> <service>',
    summary: 'send one signal to the main process of a service',
    load: () => import('./commands/signal.ts'),
  },
  {
    group: 'Run',
    usage: 'reset <services...>',
    summary: 'forgive services their crashes, and start those that had failed',
    load: () => import('./commands/reset.ts'),
  },
  {
    group: 'Run',
    usage: 'pin <services...>',
    summary: 'hold services as they are: neither started nor stopped',
    load: () => import('./commands/pin.ts'),
  },
  {
    group: 'Run',
    usage: 'unpin <services...>',
    summary: 'let go of pinned services',
    load: () => import('./commands/unpin.ts'),
  },
  {
    group: 'Look',
    usage: 'status [services...]',
    summary: 'what runs, since when, and why not',
    aliases: ['ps', 'ls'],
    options: [['-w, --watch', 'go on, and show changes']],
    load: () => import('./commands/status.ts'),
  },
  {
    group: 'Look',
    usage: 'top',
    summary: 'a screen with everything on it',
    load: () => import('./commands/top.ts'),
  },
  {
    group: 'Look',
    usage: 'logs [services...]',
    summary: 'what services print',
    options: [
      ['-f, --follow', 'go on, as they print'],
      ['-n, --lines <count>', 'so many of the last lines', '100'],
      ['--since <time>', 'not older than this: 10m, or a time'],
      ['--grep <pattern>', 'only lines that match'],
      ['--raw', 'leave all escapes in'],
    ],
    load: () => import('./commands/logs.ts'),
  },
  {
    group: 'Look',
    usage: 'events [services...]',
    summary: 'what happened',
    options: [
      ['-f, --follow', 'go on, as it happens'],
      ['-n, --lines <count>', 'so many of the last events', '100'],
      ['--since <time>', 'not older than this: 10m, or a time'],
    ],
    load: () => import('./commands/events.ts'),
  },
  {
    group: 'Look',
    usage: 'why <service>',
    summary: 'why a service is as it is, in one sentence',
    load: () => import('./commands/why.ts'),
  },
  {
    group: 'Look',
    usage: 'describe <service>',
    summary: 'all that is known of a service',
    load: () => import('./commands/describe.ts'),
  },
  {
    group: 'Look',
    usage: 'wait <service>',
    summary: 'wait until a service is in a state',
    options: [['--for <state>', 'ready, healthy, or a state', 'ready'], timeout],
    load: () => import('./commands/wait.ts'),
  },
  {
    group: 'Look',
    usage: 'inspect',
    summary: 'a page that shows the tree live: charts, causes, logs, the past',
    options: [
      ['--control', 'it may also change things; else only look'],
      ['--port <port>', 'on 127.0.0.1; any that is free if not given'],
      ['--no-open', 'only print its address'],
      ['--close', 'close it, and record no more'],
      ['--stately', 'show all to the hosted page of stately.ai instead'],
    ],
    load: () => import('./commands/inspect.ts'),
  },
  {
    group: 'Look',
    usage: 'record',
    summary: 'what happened as one file to keep or send, which opens without a server',
    options: [
      ['--since <time>', 'not older than this: 10m, or a time'],
      ['--until <time>', 'not younger than this'],
      ['-o, --output <file>', 'where to: a .html, or a .json'],
      ['--as-test <file>', 'also as a test that plays it again, in TypeScript'],
    ],
    load: () => import('./commands/record.ts'),
  },
  {
    group: 'Look',
    usage: 'replay [file]',
    summary: 'show a recording, or what the journal tells, in the page of `inspect`',
    options: [
      ['--since <time>', 'of the journal, not older than this: 3h, or a time'],
      ['--until <time>', 'of the journal, not younger than this'],
      ['--port <port>', 'on 127.0.0.1; any that is free if not given'],
      ['--no-open', 'only print its address'],
    ],
    load: () => import('./commands/replay.ts'),
  },
  {
    group: 'Configure',
    usage: 'init',
    summary: 'write a drover.yaml for this folder',
    options: [
      ['--force', 'over one that is there'],
      ['-o, --output <file>', 'where to'],
    ],
    load: () => import('./commands/init.ts'),
  },
  {
    group: 'Configure',
    usage: 'config',
    summary: 'check the configuration, and print it with every default',
    options: [['--check', 'print nothing when it is valid']],
    load: () => import('./commands/config.ts'),
  },
  {
    group: 'Configure',
    usage: 'plan',
    summary: 'what `apply` would change, and why',
    load: () => import('./commands/plan.ts'),
  },
  {
    group: 'Configure',
    usage: 'apply',
    summary: 'make the running services as the configuration says',
    options: [timeout],
    load: () => import('./commands/apply.ts'),
  },
  {
    group: 'Configure',
    usage: 'graph',
    summary: 'who depends on whom',
    options: [['--format <format>', 'ascii, mermaid, dot or json', 'ascii']],
    load: () => import('./commands/graph.ts'),
  },
  {
    group: 'Configure',
    usage: 'viz [machine]',
    summary: 'the statechart of a service, or of a supervisor',
    options: [['--format <format>', 'mermaid or json', 'mermaid']],
    load: () => import('./commands/viz.ts'),
  },
  {
    group: 'Configure',
    usage: 'certify <service>',
    summary: 'put the real service through crashes and the like, and propose timeouts',
    options: [
      ['--write', 'put the proposed timeouts into the file'],
      ['--keep', 'leave the scratch directory, with its logs'],
      ['--no-deps', 'do not start what it depends on: that runs already'],
    ],
    load: () => import('./commands/certify.ts'),
  },
  {
    group: 'Configure',
    usage: 'simulate',
    summary: 'this configuration under faults, in virtual time: does it always converge',
    options: [
      ['--seeds <count>', 'so many runs', '1000'],
      ['--from <seed>', 'the first seed', '1'],
      ['--steps <count>', 'how long things go wrong in each', '200'],
      ['--measured <file>', 'what `certify --json` has printed, instead of assumptions'],
      ['--tolerance <percent>', 'in so many runs a service may be down at the end', '5'],
      ['--out <file>', 'the worst run, for `replay`: a .html, or a .json'],
    ],
    load: () => import('./commands/simulate.ts'),
  },
  {
    group: 'Configure',
    usage: 'import <file>',
    summary: 'a drover.yaml from supervisord, PM2, a Procfile, compose or process-compose',
    options: [
      ['--from <format>', 'if the file does not say what it is'],
      ['--env <name>', 'PM2: with the values of env_NAME, as `pm2 start --env`'],
      ['-o, --output <file>', 'where to; standard output if not given'],
    ],
    load: () => import('./commands/import.ts'),
  },
  {
    group: 'Configure',
    usage: 'export <format>',
    summary: 'systemd units, or a Procfile',
    options: [['-o, --output <path>', 'where to; standard output if not given']],
    load: () => import('./commands/export.ts'),
  },
  {
    group: 'Manage',
    usage: 'daemon <action>',
    summary: 'status, stop, logs or install of the daemon',
    options: [
      ['-f, --follow', 'logs: go on'],
      ['--systemd', 'install: as a unit of systemd'],
      ['--print', 'install: only print the unit'],
    ],
    load: () => import('./commands/daemon.ts'),
  },
  {
    group: 'Manage',
    usage: 'doctor',
    summary: 'what is wrong with this machine or this project, and what to do',
    load: () => import('./commands/doctor.ts'),
  },
  {
    group: 'Manage',
    usage: 'completion <shell>',
    summary: 'completion for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
  {
    group: 'Manage',
    usage: 'api',
    summary: 'the control API, as an OpenAPI document',
    load: () => import('./commands/api.ts'),
  },
  {
    group: 'Manage',
    usage: 'version',
    summary: 'which version this is, and which one the daemon is',
    load: () => import('./commands/version.ts'),
  },
  {
    group: 'Manage',
    usage: 'help [verb]',
    summary: 'what a verb takes',
    load: () => import('./commands/help.ts'),
  },
];
