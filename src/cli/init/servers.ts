/** Which of the servers that drover has a preset for are installed on this machine. */

import { realpathSync } from 'node:fs';
import type { Check } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import { presets } from '../../services/presets/catalogue.ts';
import { resolveUnknown } from '../../services/resolve.ts';

export interface Server {
  readonly preset: string;
  readonly program: string;
  readonly port: number | null;
}

/** A preset that can be resolved is one whose programs were found. */
export function installedServers(directory: string, env: NodeJS.ProcessEnv): readonly Server[] {
  const found = presets.flatMap(({ name }) => {
    if (name === 'command') return [];
    const service = probe(name, directory, env);
    if (service?.kind !== 'service') return [];
    return [{ preset: name, program: service.command.argv[0], port: portOf(service.ready?.check) }];
  });
  // MariaDB brings a mysqld, which is itself.
  return found.filter(
    (one) => one.preset !== 'mysql' || !found.some((other) => isSame(one, other)),
  );
}

const isSame = (one: Server, other: Server): boolean =>
  one !== other && realpathSync(one.program) === realpathSync(other.program);

function probe(preset: string, directory: string, env: NodeJS.ProcessEnv) {
  try {
    const config = { services: { [preset]: { preset } } };
    return resolveUnknown(config, { baseDir: directory, env }, {}).root.children[0]?.spec;
  } catch (error) {
    if (error instanceof SupervisorError) return undefined;
    throw error;
  }
}

function portOf(check: Check | undefined): number | null {
  if (check?.kind === 'tcp') return check.port;
  if (check?.kind === 'http') return Number(new URL(check.url).port || 80);
  return check?.kind === 'protocol' && check.at.kind === 'tcp' ? check.at.port : null;
}

/** A service that is there to be uncommented. */
export function suggestion({ preset, program, port }: Server): readonly string[] {
  return [
    `${preset} is installed here (${program}); its data would be below .drover/:`,
    `${preset}:`,
    `  preset: ${preset}`,
    ...(port === null ? [] : [`  with: {port: ${port}}`]),
  ];
}
