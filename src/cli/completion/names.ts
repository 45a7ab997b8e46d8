/** The services that can be named: of the daemon, else of the configuration. Quick, and silent. */
import { connectTo } from '../connection.ts';
import { configPath, type Options } from '../options.ts';

const patienceMs = 400;

/** `typed`: the words on the line so far, which may say where the project is. */
export async function completeNames(
  typed: readonly string[],
  options: Options,
): Promise<readonly string[]> {
  const said = { ...options, ...flagsIn(typed) };
  try {
    return await ofDaemon(said);
  } catch {
    return await ofConfiguration(said).catch(() => []);
  }
}

async function ofDaemon(options: Options): Promise<readonly string[]> {
  const client = await connectTo(options);
  try {
    const { services } = await client.status({}, { signal: AbortSignal.timeout(patienceMs) });
    return services.map(({ name }) => name);
  } finally {
    client.close();
  }
}

async function ofConfiguration(options: Options): Promise<readonly string[]> {
  const { loadProject } = await import('../../services/load.ts');
  const { servicesOf } = await import('../../services/members.ts');
  const { root } = await loadProject(configPath(options), { env: process.env });
  return servicesOf(root).map(({ name }) => name);
}

const places: Readonly<Record<string, keyof Options>> = {
  '-f': 'file',
  '--file': 'file',
  '-p': 'project',
  '--project': 'project',
  '--state-dir': 'stateDir',
  '--socket': 'socket',
  '--token': 'token',
};

/** `-f` behind a verb may be that verb's own, and then the next word is no path. */
export function flagsIn(typed: readonly string[]): Partial<Options> {
  const found: Record<string, string> = {};
  let isBehindVerb = false;
  for (const [index, word] of typed.slice(1).entries()) {
    const key = places[word];
    const value = typed[index + 2];
    const isOurs = key !== undefined && value !== undefined && value !== '';
    if (isOurs && !(isBehindVerb && word === '-f')) found[key] = value;
    if (!word.startsWith('-') && places[typed[index] ?? ''] === undefined) isBehindVerb = true;
  }
  return found;
}
