/**
 * A manager in a process of its own: it embeds the compiled package and does what it is
 * told, a JSON object a line: `{ id, verb, names, timeoutMs }`. It answers each by its id, with how
 * all services are, or with the error.
 *
 * Arguments: the package's directory, and the configuration file.
 */
import { createInterface } from 'node:readline';

const [directory, file] = process.argv.slice(2);
const { createSupervisor, loadProject } = await import(`${directory}/index.js`);
const load = () => loadProject(file, { env: process.env });
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const supervisor = await createSupervisor(await load(), { logLevel: 'silent' });

const doing = {
  status: async () => {},
  start: (names, options) => supervisor.start(names, options),
  stop: (names, options) => supervisor.stop(names, options),
  restart: (names, options) => supervisor.restart(names, options),
  reload: (names, options) => supervisor.reload(names, options),
  kill: (names, options) => supervisor.kill(names, options),
  apply: async (_, options) => supervisor.apply(await load(), options),
  settle: (names, options) =>
    Promise.all(names.map((name) => supervisor.waitFor(name, 'ready', options))),
};

const services = () =>
  supervisor.status().services.map(({ name, state, detail, pid, adopted, desired, why }) => {
    return { name, state, detail, pid, adopted, desired, why };
  });

say({ id: 0, degraded: supervisor.status().degraded, services: services() });
createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, verb, names, timeoutMs = 120_000 } = JSON.parse(line);
  try {
    await doing[verb](names, { timeoutMs, by: 'ordeal' });
    say({ id, degraded: supervisor.status().degraded, services: services() });
  } catch (error) {
    say({
      id,
      error: { code: error.code ?? 'defect', message: error.message },
      services: services(),
    });
  }
});
