/**
 * A host that embeds drover as a user would, in a process of its own, so that it is
 * measured from outside like everybody else. Its arguments are drover's entry and a file with
 * the configuration.
 *
 * It prints a word for what has happened, and is told by lines on its standard input.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [entry, file] = process.argv.slice(2);
const { createSupervisor } = await import(entry);
const config = JSON.parse(readFileSync(file, 'utf8'));
const began = performance.now();
const supervisor = await createSupervisor(config, { logLevel: 'error' });
say('made');

const tellWhenAllAreAdopted = () => {
  const { services } = supervisor.status();
  if (!services.every(({ adopted, state }) => adopted && state === 'running')) return false;
  say('adopted');
  return true;
};

const commands = {
  start: () => supervisor.start(undefined, { wait: false }),
  stop: () => supervisor.dispose({ services: 'stop' }),
  adopt: async () => {
    if (tellWhenAllAreAdopted()) return;
    const watch = supervisor.events$.subscribe(() => {
      if (tellWhenAllAreAdopted()) watch.unsubscribe();
    });
  },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  await commands[line]?.();
  say(`done ${line}`);
  if (line === 'stop') process.exit(0);
});

/** Each word with the milliseconds since the supervisor was asked for. */
function say(word) {
  process.stdout.write(`${word} ${(performance.now() - began).toFixed(1)}\n`);
}
