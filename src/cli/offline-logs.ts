/** What services have printed, read from their files where no daemon can be asked. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogLineInfo } from '../control/client.ts';
import type { ServiceSpec } from '../machines/vocabulary.ts';
import { SupervisorError } from '../services/errors.ts';
import { loadProject } from '../services/load.ts';
import { groupsOf, servicesOf } from '../services/members.ts';
import { didYouMean } from '../services/suggestion.ts';
import { configPath, type Options } from './options.ts';

const mostBytes = 1024 * 1024;

/** Rejects with `unknown-service`, and with what is wrong with the configuration. */
export async function offlineLines(options: Options, words: readonly string[], count: number) {
  const { root } = await loadProject(configPath(options), { env: process.env });
  const services = servicesOf(root);
  const groups = groupsOf(root);
  const expand = (name: string): readonly string[] => groups.get(name)?.flatMap(expand) ?? [name];
  const names = words.length === 0 ? services.map(({ name }) => name) : words.flatMap(expand);
  const lines = names.flatMap((name) => {
    const service = services.find((one) => one.name === name);
    if (service !== undefined) return lastLines(service, count);
    const message = `cannot read the log of "${name}": no such service`;
    const known = services.map((one) => one.name);
    throw new SupervisorError('unknown-service', message, didYouMean(name, known));
  });
  return { lines, names };
}

function lastLines({ name, logs }: ServiceSpec, count: number): readonly LogLineInfo[] {
  const text = endOf(logs.path);
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  if (text === '' || count === 0) return [];
  const at = Date.now();
  return lines.slice(-count).map((line) => ({
    ...{ service: name, text: line, at, truncated: false, skippedBytes: 0, offset: 0, log: '-' },
  }));
}

/** Whole lines; nothing where there is no such file, for it may never have run. */
function endOf(path: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(descriptor);
    const from = Math.max(0, size - mostBytes);
    const buffer = Buffer.alloc(size - from);
    const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, from));
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    closeSync(descriptor);
  }
}
