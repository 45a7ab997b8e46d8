// A manager in a process of its own, to be killed by tests. Its arguments: a
// configuration file. It says `ready {pids}` when all services run, and ends after an
// ordered stop when its standard input is closed or says `stop`.
import { createInterface } from 'node:readline';
import { createSupervisor, loadProject } from '../../dist/index.js';

const say = (word, value = {}) => process.stdout.write(`${word} ${JSON.stringify(value)}\n`);
const spec = await loadProject(process.argv[2], { env: process.env });
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
