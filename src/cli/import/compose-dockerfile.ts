/** What an image that is built here runs, from its Dockerfile. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shellLine } from './command.ts';
import { type Fields, literally } from './draft.ts';

/** null where that cannot be told. */
export function dockerfileCommand(build: unknown, directory: string): Fields | null {
  const { context, dockerfile } = places(build);
  if (context === null || /^\w+:\/\//.test(context)) return null;
  let text: string;
  try {
    text = readFileSync(resolve(directory, context, dockerfile), 'utf8');
  } catch {
    return null;
  }
  const program = instruction(text, 'ENTRYPOINT');
  const args = instruction(text, 'CMD');
  const cwd = join(context) === '.' ? {} : { cwd: context };
  if (Array.isArray(program)) {
    return { ...cwd, command: literally([...program, ...(Array.isArray(args) ? args : [])]) };
  }
  const line = program ?? args;
  if (line === null) return null;
  return typeof line === 'string'
    ? { ...cwd, ...shellLine(line) }
    : { ...cwd, command: literally(line) };
}

function places(build: unknown): { readonly context: string | null; readonly dockerfile: string } {
  if (typeof build === 'string') return { context: build, dockerfile: 'Dockerfile' };
  if (typeof build !== 'object' || build === null) return { context: null, dockerfile: '' };
  const { context, dockerfile } = build as { context?: unknown; dockerfile?: unknown };
  return {
    context: typeof context === 'string' ? context : '.',
    dockerfile: typeof dockerfile === 'string' ? dockerfile : 'Dockerfile',
  };
}

/** Its last one counts: words where it is a list, a line for a shell where it is not. */
function instruction(text: string, name: string): readonly string[] | string | null {
  const joined = text.replaceAll(/\\\r?\n/g, ' ');
  const found = [...joined.matchAll(new RegExp(`^\\s*${name}\\s+(.+)$`, 'gim'))].at(-1)?.[1];
  if (found === undefined) return null;
  if (!found.trim().startsWith('[')) return found.trim();
  try {
    const words: unknown = JSON.parse(found);
    return Array.isArray(words) ? words.map(String) : null;
  } catch {
    return null;
  }
}
