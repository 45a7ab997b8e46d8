/** `drover daemon status|stop|logs|install`: the manager itself, and not what it manages. */
import { SupervisorError } from '../../services/errors.ts';
import { didYouMean } from '../../services/suggestion.ts';
import { mustStartWhereItSays } from '../connection.ts';
import type { Options, Run } from '../options.ts';

const actions: Readonly<Record<string, (options: Options) => Promise<number>>> = {
  status: async (options) => (await import('../daemon/status.ts')).daemonStatus(options),
  stop: async (options) => (await import('../daemon/stop.ts')).daemonStop(options),
  logs: async (options) => (await import('../daemon/logs.ts')).daemonLogs(options),
  install: async (options) => {
    mustStartWhereItSays(options);
    return (await import('../daemon/install.ts')).daemonInstall(options);
  },
};

export const run: Run = async ([word = ''], options) => {
  const action = new Map(Object.entries(actions)).get(word);
  if (action !== undefined) return action(options);
  const known = Object.keys(actions);
  throw new SupervisorError(
    'usage',
    `cannot ${word} the daemon: there is no such action`,
    didYouMean(word, known) ?? `there are ${known.join(', ')}`,
  );
};
