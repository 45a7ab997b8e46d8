/** `drover version`: of this program and of the daemon, which a newer one may have outlived. */
import { version } from '../../version.ts';
import { connectTo } from '../connection.ts';
import type { Options, Run } from '../options.ts';

export const run: Run = async (_words, options) => {
  const daemon = await daemonVersion(options);
  const answer = { version, node: process.version, daemon };
  if (options.json === true) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else process.stdout.write(`drover ${version}, node ${process.version}\n${daemonText(daemon)}`);
  return 0;
};

interface DaemonVersion {
  readonly version: string;
  readonly node: string;
  readonly pid: number;
}

/** A daemon that hangs is no reason not to say which version this is. */
const patienceMs = 2_000;

/** null: none answers here, or there is no project here. */
async function daemonVersion(options: Options): Promise<DaemonVersion | null> {
  const client = await connectTo(options).catch(() => null);
  try {
    const told = await client?.daemon({}, { signal: AbortSignal.timeout(patienceMs) });
    return told === undefined ? null : { version: told.version, node: told.node, pid: told.pid };
  } catch {
    return null;
  } finally {
    client?.close();
  }
}

function daemonText(daemon: DaemonVersion | null): string {
  if (daemon === null) return '';
  const { version: theirs, node, pid } = daemon;
  const way = '; to change that: drover daemon stop, then drover up -d';
  return `daemon ${theirs}, node ${node}, pid ${pid}${theirs === version ? '' : way}\n`;
}
