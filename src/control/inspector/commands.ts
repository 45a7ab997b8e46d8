/** Does what the page's buttons say, to a supervisor that nobody else serves. */
import type { CommandAnswer, CommandRequest } from '../../inspection/protocol.ts';
import type { Outcome, Supervisor } from '../../runtime/api.ts';

export const by = 'inspector';

export async function obey(
  supervisor: Supervisor,
  { verb, names }: CommandRequest,
): Promise<CommandAnswer> {
  switch (verb) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'reload':
    case 'kill':
      return { outcomes: (await supervisor[verb](names, { by })).map(shown) };
    case 'reset':
      supervisor.reset(names);
      return done(names, 'reset');
    case 'pin':
      supervisor.pin(names, true);
      return done(names, 'pinned');
    case 'unpin':
      supervisor.pin(names, false);
      return done(names, 'unpinned');
  }
}

const shown = ({ name, summary }: Outcome) => ({ name, summary });

const done = (names: readonly string[], summary: string): CommandAnswer => ({
  outcomes: names.map((name) => ({ name, summary })),
});
