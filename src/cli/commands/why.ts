/** `drover why`: one sentence with the whole chain of causes. */
import { plain } from '../../runtime/sanitize.ts';
import { type Asking, asRun } from '../session.ts';

export const why: Asking = async ({ client, screen, words: [name = ''], options }) => {
  const answer = await client.why({ name });
  if (options.json === true) screen.json(answer);
  else screen.line(plain(answer.why));
  return 0;
};

export const run = asRun(why);
