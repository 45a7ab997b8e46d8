/** Stops what a manager that is no more has left. Loads the whole manager, to become one for a moment. */
import { offlineStatus, stopOffline } from '../control/offline.ts';
import { loadProject } from '../services/load.ts';
import { stateDirOf } from './connection.ts';
import { exitCodes } from './exit-codes.ts';
import { outcomeText } from './operation.ts';
import { configPath } from './options.ts';
import type { Session } from './session.ts';

export async function downWithoutDaemon({ screen, options }: Session): Promise<number> {
  const stateDir = await stateDirOf(options);
  const { services } = offlineStatus(stateDir);
  const left = services.filter(({ alive }) => alive);
  if (left.length === 0) {
    if (options.json === true) screen.json({ daemon: null, outcomes: [] });
    else if (options.quiet !== true) screen.line('nothing runs, and no manager does');
    return exitCodes.ok;
  }
  const spec = await loadProject(configPath(options), { env: process.env });
  const outcomes = (await stopOffline(spec, 'drover down')).filter(({ name }) =>
    left.some((service) => service.name === name),
  );
  if (options.json === true) screen.json({ daemon: null, outcomes });
  else if (options.quiet !== true) {
    screen.line('no manager runs; stopping what is left');
    for (const outcome of outcomes) screen.line(outcomeText(screen, outcome));
  }
  return exitCodes.ok;
}
