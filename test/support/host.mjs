/**
 * A manager in a process of its own: it embeds the compiled package, does one thing
 * after the other, and tells each.
 *
 * Arguments: the package's directory, a file with the configuration, and what to do:
 * `start`, `restart`, `settle` (until all are ready), `stop` (and end), `leave` (and end),
 * `wait` (until a line is read).
 */
import { readFileSync } from 'node:fs';

const [directory, file, ...deeds] = process.argv.slice(2);
const { createSupervisor } = await import(`${directory}/index.js`);
const config = JSON.parse(readFileSync(file, 'utf8'));
const supervisor = await createSupervisor(config, { logLevel: 'silent' });

const doing = {
  start: () => supervisor.start(undefined, { timeoutMs: 20_000 }),
  restart: () => supervisor.restart(undefined, { timeoutMs: 20_000 }),
  settle: () =>
    Promise.all(
      Object.keys(config.services).map((name) =>
        supervisor.waitFor(name, 'ready', { timeoutMs: 20_000 }),
      ),
    ),
  stop: () => supervisor.dispose({ services: 'stop' }),
  leave: () => supervisor.dispose({ services: 'leave' }),
  wait: () => new Promise((resolve) => process.stdin.once('data', resolve)),
};

for (const deed of deeds) {
  await doing[deed]();
  const services = ['start', 'settle'].includes(deed) ? supervisor.status().services : [];
  const told = services.map(({ name, state, pid, adopted }) => ({ name, state, pid, adopted }));
  process.stdout.write(`${JSON.stringify({ deed, services: told })}\n`);
}
process.exit(0);
