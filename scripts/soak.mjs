/**
 * Kills the daemon again and again while services start, stop and crash, and counts from
 * outside what was lost, doubled or signalled by mistake. `npm run soak`.
 *
 * `npm run soak -- --kills 200 --services 100 --seed 1`
 */
import { spawn } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    services: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    dist: { type: 'string', default: resolve(import.meta.dirname, '../dist') },
  },
});
const kills = Number(values.kills);
const count = Number(values.services);
const random = dice(Number(values.seed));
const dist = resolve(values.dist);
const { connect } = await import(join(dist, 'control/client.js'));

const directory = mkdtempSync(join(tmpdir(), 'drover-soak-'));
const stateDir = join(directory, 'state');
const file = join(directory, 'drover.json');
const names = Array.from({ length: count }, (_, index) => `s${index}`);
/** Seconds that nobody else sleeps for; each service has its own. */
const markers = new Map(names.map((name, index) => [name, `${80_000 + index}.${process.pid}`]));
/** What was asked for and answered; null after a question that nobody answered. */
const wishes = new Map(names.map((name) => [name, 'up']));
const tally = {
  kills: 0,
  alive: 0,
  wishes: 0,
  unanswered: 0,
  doubled: 0,
  lost: 0,
  left: 0,
  strangers: 0,
};
const problems = [];

const kinds = {
  steady: (marker) => ({ command: ['sleep', marker] }),
  workers: (marker) => ({ command: ['sh', '-c', 'sleep "$0" & exec sleep "$0"', marker] }),
  crashing: (marker) => ({ command: ['sh', '-c', 'sleep 0.9; exit 3', marker] }),
  daemon: (marker, pidFile) => ({
    type: 'forking',
    command: ['sh', '-c', 'sleep "$0" & echo $! >"$1.new"; mv "$1.new" "$1"', marker, pidFile],
    pid_file: pidFile,
  }),
};

let seen = { at: 0, roots: new Map() };
let daemon = null;
const strangers = [0, 1, 2].map(() => spawn('sleep', ['86400'], { stdio: 'ignore' }));
process.once('SIGINT', () => void end(130));

try {
  writeFileSync(file, JSON.stringify(configuration()));
  const since = performance.now();
  await soak();
  await judgeTheEnd();
  const minutes = ((performance.now() - since) / 60_000).toFixed(1);
  console.log(`seed ${values.seed}, ${count} services, ${minutes} min: ${JSON.stringify(tally)}`);
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
  await end(problems.length === 0 ? 0 : 1);
} catch (error) {
  console.error(error);
  await end(1);
}

async function soak() {
  for (let round = 0; round < kills; round++) {
    startDaemon();
    const killed = sleep(random() < 0.3 ? random() * 300 : 400 + random() * 2_500).then(killDaemon);
    const asking = ask();
    await killed;
    await asking;
    leavePidFilesBehind();
    judgeDoubles(`after kill ${round + 1}`);
    if ((round + 1) % 20 === 0) console.log(`${round + 1} kills: ${JSON.stringify(tally)}`);
  }
}

/** Starts and stops a few, for as long as the daemon answers. */
async function ask() {
  const asked = daemon;
  const client = connect({ stateDir });
  while (daemon === asked && asked !== null) {
    const chosen = names.filter(() => random() < 0.05);
    const wish = random() < 0.5 ? 'up' : 'down';
    if (chosen.length > 0) await askFor(client, chosen, wish);
    await sleep(20 + random() * 150);
  }
  client.close();
}

async function askFor(client, chosen, wish) {
  try {
    const request = { names: chosen, wait: false };
    await (wish === 'up' ? client.start(request) : client.stop(request));
    for (const name of chosen) wishes.set(name, wish);
    tally.wishes += chosen.length;
  } catch (error) {
    // Nobody was there yet: then nobody has heard it.
    if (error.code === 'daemon-not-reachable' && daemon !== null) return;
    for (const name of chosen) wishes.set(name, null);
    tally.unanswered += chosen.length;
  }
}

function startDaemon() {
  const words = [join(dist, 'control/daemon-main.js'), '--file', file, '--start', 'unless-stopped'];
  const child = spawn(process.execPath, words, { stdio: 'ignore', detached: true });
  child.unref();
  daemon = child;
}

async function killDaemon() {
  const child = daemon;
  daemon = null;
  if (child === null || child.exitCode !== null) {
    problems.push(`the daemon had ended by itself with ${child?.exitCode}`);
    return;
  }
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
  tally.kills++;
  tally.alive += names.filter((name) => rootsOf(name) > 0).length;
}

/** The last daemon lives: everything must come to what was asked for, and then to nothing. */
async function judgeTheEnd() {
  startDaemon();
  const client = connect({ stateDir });
  await until(
    () =>
      client.status().then(
        () => true,
        () => false,
      ),
    60_000,
  );
  const isDown = (name) => wishes.get(name) === 'down';
  const isRight = (name) => wishes.get(name) === null || (rootsOf(name) === 0) === isDown(name);
  // Those that crash by design are away for a moment, so each must be right once, not all at once.
  const wrong = new Set(names);
  await until(() => {
    for (const name of wrong) if (isRight(name)) wrong.delete(name);
    return wrong.size === 0;
  }, 60_000);
  tally.lost = wrong.size;
  for (const name of wrong) problems.push(`${name} is not ${wishes.get(name)}`);
  judgeDoubles('at the end');
  await client.shutdown().catch((error) => problems.push(`the shutdown failed: ${error.message}`));
  client.close();
  await until(() => names.every((name) => rootsOf(name) === 0), 30_000);
  tally.left = names.filter((name) => rootsOf(name) > 0 || isHeld(name)).length;
  if (tally.left > 0) problems.push(`${tally.left} services live after the shutdown`);
  tally.strangers = strangers.filter(({ exitCode, signalCode }) => exitCode ?? signalCode).length;
  if (tally.strangers > 0) problems.push(`${tally.strangers} strangers were killed`);
}

function judgeDoubles(when) {
  const doubled = names.filter((name) => rootsOf(name) > 1);
  tally.doubled += doubled.length;
  for (const name of doubled) problems.push(`${name} runs ${rootsOf(name)} times ${when}`);
}

/** A stale file names somebody else, as it may after any crash. */
function leavePidFilesBehind() {
  for (const name of names.filter((one) => kindOf(one) === 'daemon' && rootsOf(one) === 0)) {
    const stranger = strangers[Math.floor(random() * strangers.length)];
    writeFileSync(join(directory, `${name}.pid`), `${stranger.pid}\n`);
  }
}

// -- Services

function kindOf(name) {
  return ['steady', 'steady', 'workers', 'crashing', 'daemon'][Number(name.slice(1)) % 5];
}

function configuration() {
  const restart = {
    policy: 'always',
    delay: 100,
    max_delay: '1s',
    intensity: 100_000,
    period: '1h',
  };
  const service = (name) => ({
    ...kinds[kindOf(name)](markers.get(name), join(directory, `${name}.pid`)),
    ready: { after: '50ms' },
    restart: { ...restart, delay: '100ms' },
    stop_grace_period: '2s',
  });
  const services = Object.fromEntries(names.map((name) => [name, service(name)]));
  return { name: 'soak', state_dir: stateDir, services };
}

// -- What is seen from outside

/** How many trees of this service live. One look at /proc serves all who ask at once. */
function rootsOf(name) {
  if (performance.now() - seen.at > 5) seen = { at: performance.now(), roots: look() };
  return seen.roots.get(markers.get(name))?.length ?? 0;
}

function look() {
  const wanted = new Set(markers.values());
  const members = new Map();
  for (const entry of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const marker = read(`/proc/${entry}/cmdline`)
      .split('\0')
      .find((word) => wanted.has(word));
    if (marker === undefined) continue;
    const stat = read(`/proc/${entry}/stat`);
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || state === 'Z' || state === '') continue;
    members.set(marker, [
      ...(members.get(marker) ?? []),
      { pid: Number(entry), parent: Number(parent) },
    ]);
  }
  for (const [marker, all] of members) {
    const pids = new Set(all.map(({ pid }) => pid));
    members.set(
      marker,
      all.filter(({ parent }) => !pids.has(parent)),
    );
  }
  return members;
}

function isHeld(name) {
  const fifo = statSync(join(stateDir, `run/${name}.lifeline`), { throwIfNoEntry: false });
  return fifo !== undefined && readdirSync('/proc').some((pid) => holds(pid, fifo));
}

function holds(pid, fifo) {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      const link = `/proc/${pid}/fd/${descriptor}`;
      const held = statSync(link, { throwIfNoEntry: false });
      return (
        held?.ino === fifo.ino && held.dev === fifo.dev && (lstatSync(link).mode & 0o200) !== 0
      );
    });
  } catch {
    return false;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

async function until(isSo, patienceMs) {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (await isSo()) return;
    await sleep(50);
  }
}

/** The same numbers for the same seed (mulberry32). */
function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function end(code) {
  daemon?.kill('SIGKILL');
  for (const stranger of strangers) stranger.kill('SIGKILL');
  // Whoever loses its parent is a root in the next look.
  for (let left = roots(); left.length > 0; left = roots()) for (const pid of left) endOne(pid);
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  process.exit(code);
}

function roots() {
  return [...look().values()].flat().map(({ pid }) => pid);
}

function endOne(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}
