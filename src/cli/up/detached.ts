/** The project in a daemon of its own: returns when the services are ready, or says why they are not. */
import { startDaemon } from '../../control/start-daemon.ts';
import { loadProject } from '../../services/load.ts';
import { durationFlag } from '../durations.ts';
import { outcomeText } from '../operation.ts';
import { configPath, type Options, textFlag } from '../options.ts';
import { screenOf } from '../session.ts';

export async function upDetached(names: readonly string[], options: Options): Promise<number> {
  const file = configPath(options);
  const spec = await loadProject(file, { env: process.env });
  const { daemon, isNew, operation, client } = await startDaemon({
    file,
    stateDir: spec.stateDir,
    listen: textFlag(options, 'listen'),
    names: names.length === 0 ? undefined : names,
    wait: options['wait'] !== false,
    timeoutMs: durationFlag(options, 'timeout'),
    by: 'drover up',
  });
  client.close();
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ daemon, isNew, operation }, null, 2)}\n`);
  } else if (options.quiet !== true) {
    const screen = screenOf(options);
    screen.line(`daemon ${isNew ? 'started' : 'is already there'}, pid ${daemon.pid}`);
    for (const outcome of operation?.outcomes ?? []) screen.line(outcomeText(screen, outcome));
  }
  return 0;
}
