/** From the configuration of process-compose. */
import { parse } from 'yaml';
import { SupervisorError } from '../../services/errors.ts';
import { Draft } from './draft.ts';
import { fillProcess } from './process-compose-process.ts';
import { isTable, pairsOf, type Table } from './table.ts';

export function fromProcessCompose(text: string, file: string): Draft {
  const draft = new Draft('process-compose');
  const config: unknown = parse(text, { merge: true });
  const processes = isTable(config) && isTable(config['processes']) ? config['processes'] : {};
  const written = Object.entries(processes).filter((one): one is [string, Table] =>
    isTable(one[1]),
  );
  if (!isTable(config) || written.length === 0) {
    throw new SupervisorError('usage', `cannot import "${file}": it has no processes`);
  }
  const environment = pairsOf(config['environment']);
  if (Object.keys(environment).length > 0) draft.defaults['environment'] = environment;
  const drafts = written.flatMap(([name, fields]) =>
    draft.addCopies(name, copiesOf(fields)).map((service) => [service, fields] as const),
  );
  for (const [service, fields] of drafts) fillProcess(service, fields, draft);
  addNamespaces(draft, written);
  for (const [key, advice] of Object.entries(lost)) {
    if (config[key] !== undefined) draft.lose(key, advice);
  }
  return draft;
}

function copiesOf({ replicas }: Table): number {
  const count = Number(replicas ?? 1);
  return Number.isInteger(count) && count > 0 ? count : 1;
}

function addNamespaces(draft: Draft, written: readonly (readonly [string, Table])[]): void {
  const members = new Map<string, string[]>();
  for (const [name, { namespace }] of written) {
    if (typeof namespace !== 'string' || namespace === 'default') continue;
    members.set(namespace, [...(members.get(namespace) ?? []), name]);
  }
  for (const [namespace, names] of members) draft.group(namespace, names);
}

const lost: Readonly<Record<string, string>> = {
  log_location: 'each service has a log of its own; see `drover logs`',
  log_level: 'this is of process-compose itself',
  vars: 'write the values out, or use variables of the environment',
  shell: 'a line that needs a shell is given to /bin/sh',
  is_strict: 'drover is always strict',
  extends: 'import that file as well',
  mcp_server: 'there is no such thing',
};
