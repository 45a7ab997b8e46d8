// A manager in a process of its own, to be killed by tests. Its arguments: the
// compiled package's directory and a configuration file. It says `ready {pids}` when all services run, and ends after an
// ordered stop when its standard input is closed or says `stop`.
import { createInterface } from 'node:readline';

const say = (word, value = {}) => process.stdout.write(`${word} ${JSON.stringify(value)}\n`);
const [directory, file] = process.argv.slice(2);
const { createSupervisor, loadProject } = await import(`${directory}/index.js`);
const spec = await loadProject(file, { env: process.env });
const supervisor = await createSupervisor(spec, { logLevel: 'error' });

const identities = () =>
  Object.fromEntries(
    supervisor
      .status()
      .services.map(({ name, pid, adopted, restarts }) => [name, { pid, adopted, restarts }]),
  );

const commands = {
  stop: async () => {
    const outcomes = await supervisor.dispose({ services: 'stop' });
    say('stopped', outcomes);
    process.exit(0);
  },
  status: () => say('status', identities()),
};

createInterface({ input: process.stdin }).on('line', (line) => commands[line]?.());
try {
  await supervisor.start(undefined, { timeoutMs: 90_000 });
  say('ready', identities());
} catch (error) {
  say('failed', { code: error.code, message: error.message });
}
