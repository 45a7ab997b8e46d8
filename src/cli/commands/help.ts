/** `drover help`: what there is, or what one verb takes. */
import type { Run } from '../options.ts';
import { createProgram } from '../program.ts';
import { unknownVerb } from '../usage.ts';

export const run: Run = async ([word]) => {
  const program = createProgram();
  const found = word === undefined ? program : program.commands.find(isCalled(word));
  if (found === undefined) throw unknownVerb(word ?? '');
  found.outputHelp();
  return 0;
};

const isCalled =
  (word: string) =>
  (command: { name(): string; aliases(): readonly string[] }): boolean =>
    command.name() === word || command.aliases().includes(word);
