/** The project in a daemon of its own: returns when the services are ready, or says why they are not. */
import type { Client } from '../../control/client.ts';
import { startDaemon } from '../../control/start-daemon.ts';
import { loadProject } from '../../services/load.ts';
import { durationFlag } from '../durations.ts';
import { outcomeText } from '../operation.ts';
import { configPath, type Options, textFlag } from '../options.ts';
import { withProgress } from '../progress.ts';
import { namesOf, screenOf } from '../session.ts';

export async function upDetached(words: readonly string[], options: Options): Promise<number> {
  const file = configPath(options);
  const { stateDir } = await loadProject(file, { env: process.env });
  const screen = screenOf(options);
  const names = namesOf(words);
  let progress: Promise<void> = Promise.resolve();
  const show = (client: Client): void => {
    const over = starting.then(noted, noted);
    progress = withProgress({ client, screen, words, options }, { names }, over);
  };
  const starting = startDaemon({
    ...{ file, stateDir, names, by: 'drover up', onReachable: show },
    listen: textFlag(options, 'listen'),
    wait: options['wait'] !== false,
    timeoutMs: durationFlag(options, 'timeout'),
  });
  // What is drawn over goes before anything is said, an error as well.
  const { daemon, isNew, operation, client } = await starting.finally(() => progress);
  client.close();
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ daemon, isNew, operation }, null, 2)}\n`);
  } else if (options.quiet !== true) {
    screen.line(`daemon ${isNew ? 'started' : 'is already there'}, pid ${daemon.pid}`);
    for (const outcome of operation?.outcomes ?? []) screen.line(outcomeText(screen, outcome));
  }
  return 0;
}

const noted = (): void => {};
