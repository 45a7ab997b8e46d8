/** The daemon itself: where it is, how it does. */
import type { DaemonInfo } from '../../control/client.ts';
import { plain } from '../../runtime/sanitize.ts';
import type { Options } from '../options.ts';
import type { Screen } from '../render/screen.ts';
import { pad } from '../render/text-width.ts';
import { age, bytes, clock } from '../render/units.ts';
import { type Asking, asRun } from '../session.ts';

const status: Asking = async ({ client, screen, options }) => {
  const daemon = await client.daemon();
  if (options.json === true) screen.json(daemon);
  else for (const line of daemonLines(screen, daemon)) screen.line(line);
  return 0;
};

export const daemonStatus = (options: Options): Promise<number> => asRun(status)([], options);

export function daemonLines(
  screen: Screen,
  daemon: DaemonInfo,
  now = Date.now(),
): readonly string[] {
  const pairs: readonly (readonly [string, string | null])[] = [
    ['project', daemon.project],
    ['pid', String(daemon.pid)],
    ['since', `${clock(daemon.startedAt, now)}, ${age(now - daemon.startedAt)} ago`],
    ['version', `${daemon.version}, on Node ${daemon.node}`],
    ['configuration', daemon.file],
    ['state', daemon.stateDir],
    ['socket', daemon.socket],
    ['also at', daemon.url],
    ['memory', bytes(daemon.memory)],
    ['loop lag', `${daemon.eventLoopLagMs.toFixed(1)} ms`],
    ['clients', String(daemon.clients)],
  ];
  const lines = pairs.flatMap(([key, value]) =>
    value === null ? [] : [`${screen.paint('dim', pad(key, 14))} ${value}`],
  );
  const troubles = daemon.degraded.map((reason) => screen.paint('red', `! ${plain(reason)}`));
  return [...lines, ...troubles];
}
