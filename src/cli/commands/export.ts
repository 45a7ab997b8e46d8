/** `drover export`: the project as systemd units, or as a Procfile. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SupervisorError } from '../../services/errors.ts';
import { findConfig } from '../../services/find-config.ts';
import { loadProject } from '../../services/load.ts';
import { didYouMean } from '../../services/suggestion.ts';
import type { Exported } from '../export/exported.ts';
import { configPath, type Run, textFlag } from '../options.ts';

const formats = ['systemd', 'procfile'] as const;

export const run: Run = async ([word = ''], options) => {
  const format = formatCalled(word);
  const file = findConfig(configPath(options));
  const project = await loadProject(file, { env: process.env });
  const exported = await exportTo(format, project, dirname(file));
  const output = textFlag(options, 'output');
  if (options.json === true) process.stdout.write(`${JSON.stringify(exported, null, 2)}\n`);
  else if (output === undefined) process.stdout.write(asOneText(exported));
  else if (format === 'procfile') writeFileSync(output, exported.files[0]?.text ?? '');
  else writeFiles(output, exported, options.quiet === true);
  if (exported.lost.length > 0 && options.quiet !== true) {
    process.stderr.write(`not carried over:\n${exported.lost.map((one) => `  ${one}\n`).join('')}`);
  }
  return 0;
};

function formatCalled(word: string): (typeof formats)[number] {
  const found = formats.find((format) => format === word);
  if (found !== undefined) return found;
  const hint = didYouMean(word, formats) ?? `there are ${formats.join(', ')}`;
  throw new SupervisorError('usage', `cannot export to "${word}"`, hint);
}

async function exportTo(
  format: (typeof formats)[number],
  project: Awaited<ReturnType<typeof loadProject>>,
  directory: string,
): Promise<Exported> {
  if (format === 'systemd') {
    return (await import('../export/systemd.ts')).toSystemd(project, process.env);
  }
  return (await import('../export/procfile.ts')).toProcfile(project, process.env, directory);
}

function asOneText({ files }: Exported): string {
  if (files.length === 1) return files[0]?.text ?? '';
  return files.map(({ name, text }) => `# ---- ${name}\n${text}`).join('\n');
}

function writeFiles(directory: string, { files }: Exported, isQuiet: boolean): void {
  mkdirSync(directory, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(directory, name), text);
  if (isQuiet) return;
  const names = files.map(({ name }) => join(directory, name));
  process.stderr.write(
    `wrote ${names.join(', ')}\ncheck them with: systemd-analyze verify ${directory}/*\n`,
  );
}
