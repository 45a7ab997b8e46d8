/** What is wrong with a command line, in the words and the form of every other error. Pure. */
import type { Command, CommanderError } from 'commander';
import { SupervisorError } from '../services/errors.ts';
import { didYouMean } from '../services/suggestion.ts';
import { verbs } from './verb-table.ts';

/** Help and version end with an error of commander's as well, which is nobody's mistake. */
export function usageError(error: CommanderError, command: Command): Error {
  if (error.message.startsWith('error: ')) {
    const [what = ''] = error.message.replace('error: ', '').split('\n');
    return complaint(error.code, what.replaceAll("'", '"'), command);
  }
  return error;
}

/** Throws nothing: whoever asked decides. */
export function unknownVerb(word: string): SupervisorError {
  const names = verbs.flatMap(({ usage, aliases = [] }) => [usage.replace(/ .*/, ''), ...aliases]);
  const hint = didYouMean(word, names) ?? '`drover help` lists them';
  return new SupervisorError('usage', `there is no verb "${word}"`, hint);
}

function complaint(code: string, what: string, command: Command): SupervisorError {
  const word = /"(.*?)"/.exec(what)?.[1] ?? '';
  if (code === 'commander.unknownCommand') return unknownVerb(word);
  const hint = code === 'commander.unknownOption' ? didYouMean(word, flagsOf(command)) : null;
  return new SupervisorError('usage', what, hint ?? usageOf(command));
}

const flagsOf = (command: Command): readonly string[] =>
  command.options.flatMap(({ long }) => long ?? []).concat('--help');

/** `see "drover help stop"; it is: drover stop [options] [services...]` */
function usageOf(command: Command): string {
  if (command.parent === null) return '`drover help` lists what there is';
  return `write drover ${command.name()} ${command.usage()}; see \`drover help ${command.name()}\``;
}
