#!/usr/bin/env node
/**
 * The command line: which verbs there are, what they take, and in which file each
 * is. It loads the file of the one verb that is asked for, and nothing else.
 */
import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { Options } from './options.ts';
import { watchOutput } from './output.ts';
import { sayError } from './saying.ts';
import { verbs } from './verb-table.ts';

const program = withCommon(new Command('drover'), '-f, --file <path>')
  .description('Runs other programs and keeps them running.')
  .version(version, '-V, --version')
  .showSuggestionAfterError(true)
  // Behind a verb, flags are the verb's: `drover -f FILE logs -f`.
  .enablePositionalOptions()
  .configureHelp({ subcommandTerm: termOf })
  .addHelpCommand(helpVerb())
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'drover: ')) });

watchOutput();

for (const verb of verbs) {
  const command = program.command(verb.usage).description(verb.summary).helpGroup(`${verb.group}:`);
  for (const alias of verb.aliases ?? []) command.alias(alias);
  for (const [flags, help, value] of verb.options ?? []) command.option(flags, help, value);
  const hasOwnF = verb.options?.some(([flags]) => flags.startsWith('-f,')) === true;
  withCommon(command, hasOwnF ? '--file <path>' : '-f, --file <path>');
  command.action(async () => {
    // A default behind the verb must not undo what stands before it.
    const color = program.opts()['color'] !== false && command.opts()['color'] !== false;
    const options = { ...program.opts(), ...command.opts(), color } as Options;
    const { run } = await verb.load();
    process.exitCode = await run(command.args, options);
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    sayError(error, { json: process.argv.includes('--json') });
    process.exitCode = exitCodeOf(error);
  }
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

function helpVerb(): Command {
  return new Command('help')
    .argument('[verb]')
    .description('what a verb takes')
    .helpGroup('Manage:');
}

/** `status|ps|ls [services...]`: that there are flags is said where they are. */
function termOf(command: Command): string {
  const words = command.usage().replace('[options]', '').trim();
  return `${[command.name(), ...command.aliases()].join('|')} ${words}`.trimEnd();
}
