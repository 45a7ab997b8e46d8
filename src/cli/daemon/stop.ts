/** Ends the daemon and leaves the services as they are, for the next one to adopt. */
import { gone } from '../gone.ts';
import type { Options } from '../options.ts';
import { type Asking, asRun } from '../session.ts';

const stop: Asking = async (session) => {
  const { client, screen, options } = session;
  const { pid } = await client.daemon();
  const { services } = await client.status();
  const alive = services.filter((service) => service.pid !== null).length;
  const operation = await client.shutdown({ services: 'leave', by: 'drover daemon stop' });
  await gone(client);
  if (options.json === true) screen.json(operation);
  else if (options.quiet !== true) {
    screen.line(`daemon ended, pid ${pid}`);
    if (alive > 0) {
      const who = alive === 1 ? '1 service lives' : `${alive} services live`;
      screen.line(`${who} on: drover up -d adopts, drover down stops`);
    }
  }
  return 0;
};

export const daemonStop = (options: Options): Promise<number> => asRun(stop)([], options);
