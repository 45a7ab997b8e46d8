/** `drover config`: all problems of a configuration at once, or the whole of it with every default. */
import { stringify } from 'yaml';
import type { ProjectSpec } from '../../machines/vocabulary.ts';
import { loadProject } from '../../services/load.ts';
import { configPath, type Run } from '../options.ts';

export const run: Run = async (_words, options) => {
  const spec = await loadProject(configPath(options), { env: process.env });
  if (options['check'] === true) return 0;
  const shown = withoutSecrets(spec);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(shown, null, 2)}\n` : stringify(shown),
  );
  return 0;
};

/** What is in the environment of a service is nobody's business but its own. */
function withoutSecrets(spec: ProjectSpec): unknown {
  const hide = (key: string, value: unknown): unknown =>
    key === 'env' && typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.keys(value).map((name) => [name, '***']))
      : value;
  return JSON.parse(JSON.stringify(spec, hide));
}
