/** `drover import`: a drover.yaml from the file of another supervisor. */
import { writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { SupervisorError } from '../../services/errors.ts';
import type { Draft } from '../import/draft.ts';
import { readForeign } from '../import/read.ts';
import { problemOf } from '../import/verify.ts';
import { lossText, writeDraft } from '../import/write.ts';
import { type Options, type Run, textFlag } from '../options.ts';

export const run: Run = async ([file = ''], options) => {
  const draft = await readForeign(file, {
    from: textFlag(options, 'from'),
    environment: textFlag(options, 'env'),
  });
  const output = textFlag(options, 'output');
  const directory = output === undefined ? dirname(resolve(file)) : dirname(resolve(output));
  rebase(draft, file, directory);
  const text = writeDraft(draft, headingOf(draft, file));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ text, lost: draft.allLosses() }, null, 2)}\n`);
  } else if (output === undefined) process.stdout.write(text);
  else write(output, text);
  tell(draft, text, output ?? 'drover.yaml', directory, options);
  return 0;
};

const headingOf = (draft: Draft, file: string) => ({
  lines: [
    `Made from ${basename(file)} (${draft.origin}) by \`drover import\`.`,
    'Look at what was not carried over, check it with `drover config --check`, then `drover up`.',
  ],
});

/** Paths in that file are meant from where it is. */
function rebase(draft: Draft, file: string, directory: string): void {
  const way = relative(directory, dirname(resolve(file)));
  if (way === '') return;
  const { defaults } = draft;
  defaults['cwd'] ??= way;
  if (defaults['env_file'] !== undefined) defaults['env_file'] = `${way}/${defaults['env_file']}`;
  for (const { fields } of draft.services) {
    const { env_file: files, cwd } = fields;
    if (Array.isArray(files)) fields['env_file'] = files.map((one) => resolve(dirname(file), one));
    if (typeof cwd === 'string' && !/^[/$]/.test(cwd)) fields['cwd'] = `${way}/${cwd}`;
  }
}

function write(output: string, text: string): void {
  try {
    writeFileSync(output, text, { flag: 'wx' });
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = isThere ? 'it is there already' : String(error);
    const hint = isThere ? 'move it away, or write to another file' : null;
    throw new SupervisorError('usage', `cannot write "${output}": ${reason}`, hint, error);
  }
}

/** On standard error, so that standard output is the file and nothing else. */
function tell(draft: Draft, text: string, name: string, directory: string, options: Options): void {
  if (options.quiet === true) return;
  const say = (line: string): boolean => process.stderr.write(`${line}\n`);
  const losses = draft.allLosses();
  if (losses.length > 0) say('not carried over:');
  for (const loss of losses) {
    say(`  ${loss.service === null ? '' : `${loss.service}: `}${lossText(loss)}`);
  }
  const problem = problemOf(text, name, directory);
  if (problem !== null) say(`this does not load yet:\n${problem}`);
}
