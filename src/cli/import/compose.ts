/** From a compose file: what its containers run becomes services, what is of containers is listed. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { parseEnvFile } from '../../services/env-file.ts';
import { SupervisorError } from '../../services/errors.ts';
import { addService } from './compose-service.ts';
import { Draft } from './draft.ts';
import { isTable, type Table } from './table.ts';

export function fromCompose(text: string, file: string): Draft {
  const draft = new Draft('compose');
  const config: unknown = filled(parse(text, { merge: true }), variablesBeside(file));
  const services = isTable(config) && isTable(config['services']) ? config['services'] : {};
  const written = Object.entries(services).filter((one): one is [string, Table] => isTable(one[1]));
  if (written.length === 0) {
    throw new SupervisorError('usage', `cannot import "${file}": it has no services`);
  }
  draft.notes.push(
    'In compose, a service is reached by its name. Here all are on one machine: it is 127.0.0.1, and no two may have the same port.',
  );
  const compose = { draft, services, directory: dirname(resolve(file)) };
  const fillings = written.map(([name, fields]) => addService(name, fields, compose));
  for (const fill of fillings) fill();
  for (const { fields } of draft.services) finish(fields, draft);
  for (const key of ['networks', 'volumes', 'configs', 'secrets', 'include'] as const) {
    const value = isTable(config) ? config[key] : undefined;
    if (value !== undefined) draft.lose(key, topLosses[key]);
  }
  return draft;
}

const topLosses = {
  networks: 'services see the network of this machine',
  volumes: 'services see the files of this machine',
  configs: 'services see the files of this machine; see prepare: files',
  secrets: 'services see the files of this machine; see env_file',
  include: 'import the output of `docker compose config` instead, which has everything in one file',
};

/** Whoever is waited for to end is a one-shot, and who has no health check cannot become healthy. */
function finish(fields: Record<string, unknown>, draft: Draft): void {
  const needs = fields['depends_on'];
  if (!isTable(needs)) return;
  for (const [name, need] of Object.entries(needs)) {
    if (!isTable(need)) continue;
    for (const target of draft.called(name)) {
      const isOneshot = need['condition'] === 'completed';
      if (isOneshot) target.set({ type: 'oneshot', restart: target.fields['restart'] ?? 'no' });
      if (need['condition'] === 'healthy' && target.fields['healthcheck'] === undefined) {
        Object.assign(need, { condition: 'ready' });
      }
    }
  }
}

type Known = Readonly<Record<string, string>>;

/** compose fills in from `.env` by itself, so its values become defaults. */
function variablesBeside(file: string): Known {
  const path = join(dirname(resolve(file)), '.env');
  return existsSync(path) ? parseEnvFile(readFileSync(path, 'utf8'), process.env).values : {};
}

/** A variable that is not set is empty in compose, and an error here. */
function filled(value: unknown, known: Known): unknown {
  if (typeof value === 'string') return fillText(value, known);
  if (Array.isArray(value)) return value.map((one) => filled(one, known));
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, known)]));
}

function fillText(text: string, known: Known): string {
  const pattern = /\$\$|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)\}/g;
  return text.replaceAll(pattern, (all, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    return name === undefined ? all : `\${${name}:-${known[name] ?? ''}}`;
  });
}
