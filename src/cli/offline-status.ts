/** What can be told where no manager runs. Loads what it takes to look at processes. */
import { type OfflineService, type OfflineStatus, offlineStatus } from '../control/offline.ts';
import { plain } from '../runtime/sanitize.ts';
import { SupervisorError } from '../services/errors.ts';
import { didYouMean } from '../services/suggestion.ts';
import { exitCodes } from './exit-codes.ts';
import { configPath, type Options } from './options.ts';
import { stateText } from './render/marks.ts';
import type { Screen } from './render/screen.ts';
import { table } from './render/table.ts';
import { clock } from './render/units.ts';

/** Resolves with the exit code; rejects with `unknown-service`. */
export async function tellOffline(
  screen: Screen,
  options: Options,
  stateDir: string,
  words: readonly string[],
): Promise<number> {
  const everything = offlineStatus(stateDir);
  const status = words.length === 0 ? everything : await only(everything, words, options);
  if (options.json === true) screen.json(status);
  else for (const line of offlineLines(screen, status)) screen.line(line);
  return exitCodes.daemonNotReachable;
}

export function offlineLines(screen: Screen, status: OfflineStatus): readonly string[] {
  const { services } = status;
  const columns = [
    { title: 'NAME' },
    { title: 'STATE' },
    { title: 'PID', align: 'right' },
    { title: 'WHY' },
  ] as const;
  const rows = services.map((service) => [
    service.name,
    stateText(screen, service),
    service.pid === null ? '' : String(service.pid),
    plain(service.why).replace(`"${service.name}" `, ''),
  ]);
  const [heading = '', ...lines] = table(columns, rows, screen.width);
  const list = services.length === 0 ? [] : [screen.paint('dim', heading), ...lines, ''];
  return [...list, ...verdict(screen, status)];
}

function verdict(screen: Screen, { services, lastManager }: OfflineStatus): readonly string[] {
  const alive = services.filter((service) => service.alive).length;
  const last =
    lastManager === null
      ? 'there has never been one'
      : `the last one, pid ${lastManager.pid}, began ${clock(lastManager.at)} and ${
          lastManager.ended === 'crashed' ? 'did not end in order' : 'ended in order'
        }`;
  return [
    screen.paint(alive > 0 ? 'yellow' : 'dim', `no manager runs: ${last}`),
    alive > 0
      ? `  ${alive} ${alive === 1 ? 'service is' : 'services are'} alive: drover up -d adopts, drover down stops`
      : '  start one with: drover up -d',
  ];
}

/** Those that never ran are only known to the configuration. */
async function only(
  status: OfflineStatus,
  words: readonly string[],
  options: Options,
): Promise<OfflineStatus> {
  const byName = new Map(status.services.map((service) => [service.name, service]));
  const missing = words.filter((name) => !byName.has(name));
  const defined = missing.length === 0 ? [] : await definedNames(options);
  const known = [...new Set([...byName.keys(), ...defined])];
  for (const name of missing) {
    if (defined.includes(name)) continue;
    const message = `cannot tell the status of "${name}": there is no such service`;
    throw new SupervisorError('unknown-service', message, didYouMean(name, known));
  }
  return { ...status, services: words.map((name) => byName.get(name) ?? neverRan(name)) };
}

async function definedNames(options: Options): Promise<readonly string[]> {
  const { loadProject } = await import('../services/load.ts');
  const { servicesOf } = await import('../services/members.ts');
  try {
    return servicesOf((await loadProject(configPath(options), { env: process.env })).root).map(
      ({ name }) => name,
    );
  } catch {
    return [];
  }
}

const neverRan = (name: string): OfflineService => ({
  ...{ name, state: 'stopped', desired: 'down', alive: false, pid: null, pids: [] },
  ...{ lastExit: null, failure: null },
  why: `"${name}" has never run, and no manager runs`,
});
