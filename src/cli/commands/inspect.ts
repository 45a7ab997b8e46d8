/** `drover inspect`: opens the inspector of the daemon, and the browser on it. */
import { SupervisorError } from '../../services/errors.ts';
import { openInBrowser } from '../inspector/browser.ts';
import { portFlag } from '../inspector/port.ts';
import { type Asking, asRun } from '../session.ts';

export const inspect: Asking = async ({ client, screen, options }) => {
  const { control, stately, close } = options;
  if (control === true && stately === true) {
    throw new SupervisorError(
      'usage',
      'cannot let the page of stately.ai control anything: it only shows',
      'use --control or --stately',
    );
  }
  const port = portFlag(options);
  const answer = await client.inspect({
    ...(control === true ? { control } : {}),
    ...(stately === true ? { stately } : {}),
    ...(close === true ? { close } : {}),
    ...(port === undefined ? {} : { port }),
  });
  const { url, visit, opened } = answer;
  if (options.json === true) screen.json(answer);
  else if (url !== null) screen.line(url);
  if (options.quiet !== true && options.json !== true) {
    if (url === null) screen.note('the inspector is closed');
    else if (opened) screen.note('it records until: drover inspect --close');
  }
  if (visit !== null) openInBrowser(visit, options);
  return 0;
};

export const run = asRun(inspect);
