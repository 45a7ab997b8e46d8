/** From an ecosystem file of PM2. One that is a program is run, as PM2 does. */
import { cpus } from 'node:os';
import { extname, resolve } from 'node:path';
import { SupervisorError } from '../../services/errors.ts';
import { didYouMean } from '../../services/suggestion.ts';
import { Draft } from './draft.ts';
import { environmentsOf, fillApp } from './pm2-app.ts';
import { isTable, type Table } from './table.ts';

/** Of `env_production` and its like, `environment` names the one that is meant. */
export async function fromPm2(
  text: string,
  file: string,
  environment: string | undefined,
): Promise<Draft> {
  const draft = new Draft('PM2');
  draft.defaults['stop'] = { signal: 'SIGINT', grace_period: '1600ms' };
  draft.notes.push(
    'PM2 asks with SIGINT and kills after 1.6 s. It also hands down the whole environment of whoever starts it; write inherit_env: true here where a program needs that.',
  );
  const config = await read(text, file);
  if (isTable(config) && 'deploy' in config) draft.lose('deploy', 'drover runs what is there');
  const namespaces = new Map<string, string[]>();
  const apps = appsOf(config, file);
  if (environment !== undefined) mustKnow(environment, apps, file);
  for (const [index, app] of apps.entries()) {
    const name = addApp(draft, app, index, environment);
    const { namespace } = app;
    if (typeof namespace !== 'string' || namespace === 'default') continue;
    namespaces.set(namespace, [...(namespaces.get(namespace) ?? []), name]);
  }
  for (const [namespace, names] of namespaces) draft.group(namespace, names);
  return draft;
}

function mustKnow(environment: string, apps: readonly Table[], file: string): void {
  const known = [...new Set(apps.flatMap(environmentsOf))];
  if (known.includes(environment)) return;
  const all = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`;
  const hint = didYouMean(environment, known) ?? all;
  throw new SupervisorError('usage', `no app of "${file}" has env_${environment}`, hint);
}

function addApp(draft: Draft, app: Table, index: number, environment: string | undefined): string {
  const script = typeof app['script'] === 'string' ? app['script'] : `app-${index + 1}`;
  const name = typeof app['name'] === 'string' ? app['name'] : script.replace(/^.*\/|\.\w+$/g, '');
  const copies = copiesOf(app['instances']);
  const services = draft.addCopies(name, copies);
  for (const [copy, service] of services.entries()) {
    fillApp(service, app, { copy: copies > 1 ? copy : null, environment });
  }
  if (copies > 1 && app['exec_mode'] !== 'fork') {
    services[0]?.lose(
      `instances: ${app['instances']}`,
      'in cluster mode PM2 shares one port between them; here each must listen at its own, or use node:cluster itself',
    );
  }
  return name;
}

/** `max` is one for each processor of the machine that it is imported on. */
function copiesOf(instances: unknown): number {
  if (instances === undefined) return 1;
  const count = instances === 'max' ? 0 : Number(instances);
  if (!Number.isInteger(count)) return 1;
  return Math.max(1, count <= 0 ? cpus().length + count : count);
}

async function read(text: string, file: string): Promise<unknown> {
  const extension = extname(file);
  if (extension === '.json') return JSON.parse(text);
  if (extension === '.yaml' || extension === '.yml') return (await import('yaml')).parse(text);
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url).import(resolve(file), { default: true });
}

function appsOf(config: unknown, file: string): readonly Table[] {
  const apps = isTable(config) ? (config['apps'] ?? config) : config;
  const list = Array.isArray(apps) ? apps : [apps];
  const found = list.filter(isTable).filter((app) => 'script' in app || 'name' in app);
  if (found.length > 0) return found;
  throw new SupervisorError('usage', `cannot import "${file}": it has no apps`);
}
