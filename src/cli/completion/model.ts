/** What can be completed, from the table of verbs; the shells differ only in how it is written. Pure. */
import { verbs } from '../verb-table.ts';

export interface Flag {
  readonly short: string | null;
  readonly long: string;
  readonly help: string;
  /** `path`: a file; a list: one of these words; `word`: any; null: it takes nothing. */
  readonly value: 'path' | 'word' | readonly string[] | null;
}

export interface VerbModel {
  /** The first one is its name, the others mean the same. */
  readonly names: readonly string[];
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** What stands behind it. */
  readonly words: 'services' | 'signal' | 'path' | 'nothing' | readonly string[];
}

const choices: Readonly<Record<string, readonly string[]>> = {
  'daemon action': ['status', 'stop', 'logs', 'install'],
  'viz machine': ['service', 'supervisor'],
  'export format': ['systemd', 'procfile'],
  'completion shell': ['bash', 'zsh', 'fish'],
  'help verb': verbs.map(({ usage }) => usage.replace(/ .*/, '')),
  'wait --for': ['ready', 'healthy', 'running', 'stopped', 'completed', 'failed'],
  'graph --format': ['ascii', 'mermaid', 'dot', 'json'],
  'viz --format': ['mermaid', 'json'],
  'import --from': ['supervisord', 'pm2', 'procfile', 'compose', 'process-compose'],
};

export const signalNames: readonly string[] = [
  'HUP',
  'INT',
  'QUIT',
  'KILL',
  'USR1',
  'USR2',
  'TERM',
];

const common: readonly (readonly [string, string])[] = [
  ['-f, --file <path>', 'the configuration, or the directory that has it'],
  ['-p, --project <directory>', 'the same, as a directory'],
  ['--state-dir <path>', 'where the state is'],
  ['--socket <path>', 'the control socket of the daemon'],
  ['--token <token>', 'for a daemon that is asked over TCP'],
  ['--json', 'for programs to read'],
  ['-q, --quiet', 'say only what was asked for'],
  ['--no-color', 'no colours'],
  ['-h, --help', 'what there is to say'],
];

export const commonFlags: readonly Flag[] = common.map(([flags, help]) => flagOf('', flags, help));

export const model: readonly VerbModel[] = verbs.map(
  ({ usage, summary, aliases = [], options = [] }) => {
    const [name = '', ...rest] = usage.split(' ');
    const own = options.map(([flags, help]) => flagOf(name, flags, help));
    const taken = new Set(own.map(({ short }) => short));
    const shared = commonFlags.map((flag) =>
      taken.has(flag.short) ? { ...flag, short: null } : flag,
    );
    return {
      names: [name, ...aliases],
      summary,
      flags: [...own, ...shared],
      words: wordsOf(name, rest.join(' ')),
    };
  },
);

function wordsOf(verb: string, usage: string): VerbModel['words'] {
  if (verb === 'signal') return 'signal';
  if (/service/.test(usage)) return 'services';
  const argument = /\w+/.exec(usage)?.[0];
  if (argument === undefined) return 'nothing';
  return choices[`${verb} ${argument}`] ?? (argument === 'file' ? 'path' : 'nothing');
}

function flagOf(verb: string, flags: string, help: string): Flag {
  const [, short = null, long = '', value] =
    /^(?:(-\w), )?(--[\w-]+)(?: <(\w+)>)?$/.exec(flags) ?? [];
  return { short, long, help, value: value === undefined ? null : takenBy(verb, long, value) };
}

function takenBy(verb: string, long: string, value: string): Flag['value'] {
  if (value === 'signal') return signalNames;
  const known = choices[`${verb} ${long}`];
  if (known !== undefined) return known;
  return ['path', 'file', 'directory'].includes(value) ? 'path' : 'word';
}

/** Before a verb: the next word is theirs, and no verb. */
export const placeFlags: readonly string[] = commonFlags
  .filter(({ value }) => value !== null)
  .flatMap(({ short, long }) => (short === null ? [long] : [short, long]));
