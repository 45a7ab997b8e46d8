/** Makes commander's program of the table of verbs. It loads the file of the one verb that is asked for. */
import { Command, type Option } from 'commander';
import { version } from '../version.ts';
import type { Options } from './options.ts';
import { usageError } from './usage.ts';
import { type VerbEntry, verbs } from './verb-table.ts';

/**
 * With the verb that the words begin with, where it is plain which that is, else with all: to
 * describe them all to commander takes longer than most of them run. Whatever is wrong with
 * the words rejects with a `usage` error; where help was printed, with commander's.
 */
export function createProgram(words: readonly string[] = []): Command {
  const program = withCommon(new Command('drover'), '-f, --file <path>')
    .description('Runs other programs and keeps them running.')
    .version(version, '-V, --version')
    // Behind a verb, flags are the verb's: `drover -f FILE logs -f`.
    .enablePositionalOptions()
    .configureHelp({ subcommandTerm: termOf })
    .helpCommand(false)
    // Said by whoever catches the error, like every other.
    .configureOutput({ outputError: () => undefined });
  program.exitOverride((error) => {
    throw usageError(error, program);
  });
  const asked = verbOf(words, program.options);
  for (const verb of asked === undefined ? verbs : [asked]) addVerb(program, verb);
  return program;
}

/** Undefined also where a flag stands before it that only commander understands. */
function verbOf(words: readonly string[], flags: readonly Option[]): VerbEntry | undefined {
  let at = 0;
  for (; words[at]?.startsWith('-'); at += 1) {
    const flag = flags.find(({ short, long }) => [short, long].includes(words[at]));
    if (flag === undefined) return undefined;
    if (flag.required) at += 1;
  }
  const name = words[at];
  return verbs.find(
    ({ usage, aliases }) =>
      name !== undefined && (usage.split(' ')[0] === name || aliases?.includes(name)),
  );
}

function addVerb(program: Command, verb: VerbEntry): void {
  const command = program.command(verb.usage).description(verb.summary).helpGroup(`${verb.group}:`);
  for (const alias of verb.aliases ?? []) command.alias(alias);
  for (const [flags, help, value] of verb.options ?? []) command.option(flags, help, value);
  const hasOwnF = verb.options?.some(([flags]) => flags.startsWith('-f,')) === true;
  withCommon(command, hasOwnF ? '--file <path>' : '-f, --file <path>');
  command.exitOverride((error) => {
    throw usageError(error, command);
  });
  command.action(async () => {
    // A default behind the verb must not undo what stands before it.
    const color = program.opts()['color'] !== false && command.opts()['color'] !== false;
    const options = { ...program.opts(), ...command.opts(), color } as Options;
    const { run } = await verb.load();
    process.exitCode = await run(command.args, options);
  });
}

/** The flags that make sense before every verb, and behind it. */
function withCommon(command: Command, file: string): Command {
  return command
    .optionsGroup(command.parent === null ? 'Options:' : 'As with every verb:')
    .option(file, 'the configuration, or the directory that has it')
    .option('-p, --project <directory>', 'the same, as a directory')
    .option('--state-dir <path>', 'where the state is, if not where the configuration says')
    .option('--socket <path>', 'the control socket of the daemon')
    .option('--token <token>', 'for a daemon that is asked over TCP')
    .option('--json', 'for programs to read')
    .option('-q, --quiet', 'say only what was asked for')
    .option('--no-color', 'no colours, whatever the terminal can do');
}

/** `status|ps|ls [services...]`: that there are flags is said where they are. */
function termOf(command: Command): string {
  const words = command.usage().replace('[options]', '').trim();
  return `${[command.name(), ...command.aliases()].join('|')} ${words}`.trimEnd();
}
