/** `drover up`: the project in this terminal, until ^C; with -d, in a daemon of its own. */
import { mustStartWhereItSays } from '../connection.ts';
import type { Run } from '../options.ts';

export const run: Run = async (names, options) => {
  mustStartWhereItSays(options);
  return options['detach'] === true
    ? (await import('../up/detached.ts')).upDetached(names, options)
    : (await import('../up/foreground.ts')).upInForeground(names, options);
};
