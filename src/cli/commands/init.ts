/** `drover init`: a commented drover.yaml for a folder, from what is in it and on the machine. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { SupervisorError } from '../../services/errors.ts';
import { fileNames } from '../../services/find-config.ts';
import { problemOf } from '../import/verify.ts';
import { lossText, writeDraft } from '../import/write.ts';
import { type Found, lookAt } from '../init/look.ts';
import { installedServers, suggestion } from '../init/servers.ts';
import { configPath, type Options, type Run, textFlag } from '../options.ts';

export const run: Run = async (_, options) => {
  const file = target(options);
  refuseToOverwrite(file, options['force'] === true);
  const directory = dirname(file);
  const found = await lookAt(directory);
  const text = textOf(found, directory);
  writeFileSync(file, text);
  if (options.json === true) {
    const services = found.draft.services.map(({ name }) => name);
    process.stdout.write(`${JSON.stringify({ file, from: found.from, services }, null, 2)}\n`);
  } else if (options.quiet !== true) tell(found, file, text);
  return 0;
};

function target(options: Options): string {
  const said = textFlag(options, 'output');
  if (said !== undefined) return resolve(said);
  const path = resolve(configPath(options));
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory ? join(path, 'drover.yaml') : path;
}

/** A second configuration in a folder would make neither of them the one that is meant. */
function refuseToOverwrite(file: string, isForced: boolean): void {
  const beside = fileNames.map((name) => join(dirname(file), name));
  const there = [file, ...beside].find((path) => existsSync(path));
  if (there === undefined || (isForced && there === file)) return;
  const hint = there === file ? 'say --force to write over it' : 'move it away first';
  throw new SupervisorError('usage', `cannot write "${file}": there is ${there}`, hint);
}

function textOf({ draft, from }: Found, directory: string): string {
  const used = new Set(draft.services.map(({ fields }) => fields['preset']));
  const others = installedServers(directory, process.env).filter(({ preset }) => !used.has(preset));
  const made = from === null ? 'Made by `drover init`.' : `Made by \`drover init\`, from ${from}.`;
  return writeDraft(draft, {
    lines: [
      ...schemaLine(directory),
      made,
      '`drover up` runs all of it until ^C, `drover up -d` in the background; then see `drover status` and `drover logs -f`. What may be written here: `drover config` prints it all.',
    ],
    name: nameOf(directory),
    suggestions: others.map(suggestion),
  });
}

/** Editors complete and check by it. */
function schemaLine(directory: string): readonly string[] {
  const schema = 'node_modules/drover/dist/drover.schema.json';
  if (!existsSync(join(directory, schema))) return [];
  return [`yaml-language-server: $schema=./${schema}`, ''];
}

function nameOf(directory: string): string | undefined {
  const name = basename(directory).toLowerCase();
  return /^[a-z][a-z0-9_-]*$/.test(name) ? name : undefined;
}

function tell({ draft, from }: Found, file: string, text: string): void {
  const say = (line: string): boolean => process.stderr.write(`${line}\n`);
  const services = draft.services.map(({ name }) => name).join(', ');
  const origin = from === null ? 'an example' : `from ${from}`;
  say(`wrote ${relative('.', file) || file}, ${origin}: ${services}`);
  for (const loss of draft.allLosses()) {
    say(`  not carried over: ${loss.service === null ? '' : `${loss.service}: `}${lossText(loss)}`);
  }
  const problem = problemOf(text, file, dirname(file));
  if (problem !== null) say(`it does not load yet:\n${problem}`);
  if (wantsIgnoring(dirname(file)))
    say('add .drover/ to .gitignore: state and logs are kept there');
}

function wantsIgnoring(directory: string): boolean {
  if (!existsSync(join(directory, '.git'))) return false;
  try {
    return !readFileSync(join(directory, '.gitignore'), 'utf8').includes('.drover');
  } catch {
    return true;
  }
}
