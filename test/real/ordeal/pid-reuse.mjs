/**
 * The stories of a stranger that gets the number of a service that died, told from within a PID
 * namespace, where the next number can be chosen. It tells what came of it as a line of JSON.
 *
 * Arguments: the package's directory, one of our own, and the name of the story.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const [built, directory, story] = process.argv.slice(2);
const hostScript = fileURLToPath(new URL('./host.mjs', import.meta.url));
const at = (name) => `${directory}/${name}`;
const config = at('config.json');
const pidFile = at('daemon.pid');
const name = 'victim';

/** Writes down each signal that it gets. */
const listening = `
  my ($diary) = @ARGV;
  for my $signal (grep { !/^(KILL|STOP|CHLD|CLD|NUM\\d+|RT\\w+)$/ } keys %SIG) {
    $SIG{$signal} = sub { open my $file, '>>', $diary; print $file "$signal\\n"; close $file };
  }
  $| = 1;
  print "ready\\n";
  sleep 1000 while 1;`;

const ready = { after: '10ms' };
const fork = 'sleep 1000 & echo $! >"$0.new"; mv "$0.new" "$0"';
const services = {
  plain: { command: ['sleep', '1000'], ready },
  /** Says that it was asked to leave, and stays. */
  deaf: {
    command: ['sh', '-c', 'trap "echo > $0" TERM; while :; do sleep 0.05; done', at('asked')],
    ...{ ready, stop_grace_period: '1s' },
  },
  daemon: { type: 'forking', command: ['sh', '-c', fork, pidFile], pid_file: pidFile, ready },
};

const until = async (isSo) => {
  while (!isSo()) await delay(5);
};

const stateOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2)[0];
  } catch {
    return 'gone';
  }
};

class Manager {
  #answers = new Map();
  #next = 1;

  constructor() {
    const stdio = ['pipe', 'pipe', 'inherit'];
    this.child = spawn(process.execPath, [hostScript, built, config], { stdio });
    this.up = new Promise((resolve) => this.#answers.set(0, resolve));
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const answer = JSON.parse(line);
      this.#answers.get(answer.id)?.(answer);
    });
  }

  ask(verb, names) {
    const id = this.#next++;
    this.child.stdin.write(`${JSON.stringify({ id, verb, names })}\n`);
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  async crash() {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

const victimOf = ({ services: [victim] }) => victim;

/** Starts it, and leaves it without a manager. */
async function orphan(kind) {
  writeFileSync(
    config,
    JSON.stringify({ name: 'reuse', state_dir: at('state'), services: { [name]: services[kind] } }),
  );
  const manager = new Manager();
  const { pid } = victimOf(await manager.ask('start'));
  await manager.crash();
  return pid;
}

/** Nobody waits for it but the init of this namespace. */
async function kill(pid) {
  process.kill(pid, 'SIGKILL');
  await until(() => stateOf(pid) === 'gone');
}

async function strangerAs(pid) {
  for (let tries = 0; tries < 100; tries++) {
    writeFileSync('/proc/sys/kernel/ns_last_pid', String(pid - 1));
    const child = spawn('perl', ['-e', listening, at('diary')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (child.pid === pid) {
      await once(child.stdout, 'data');
      return;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  throw new Error(`nobody got number ${pid}`);
}

/** What becomes of a stranger with that number, and of the service, while all that is done. */
async function tell(number, manager, deeds) {
  const told = [];
  for (const verb of deeds) {
    const { error, services: seen } = await manager.ask(verb, [name]);
    const { state, pid } = victimOf({ services: seen });
    told.push({ verb, error: error?.code ?? null, state, isStranger: pid === number });
  }
  const received = existsSync(at('diary')) ? readFileSync(at('diary'), 'utf8') : '';
  const stranger = ['S', 'R'].includes(stateOf(number)) ? 'lives' : stateOf(number);
  process.stdout.write(`${JSON.stringify({ told, stranger, received })}\n`);
  await manager.crash();
}

/** Nobody sees the death, for the manager stands still. */
async function behindItsBack(kind, whileAsked) {
  const pid = await orphan(kind);
  const manager = new Manager();
  await manager.up;
  if (whileAsked) {
    void manager.ask('stop', [name]);
    await until(() => existsSync(at('asked')));
  }
  manager.child.kill('SIGSTOP');
  await until(() => stateOf(manager.child.pid) === 'T');
  await kill(pid);
  await strangerAs(pid);
  return { pid, manager };
}

async function unmanaged(kind, deeds) {
  const pid = await orphan(kind);
  await kill(pid);
  await strangerAs(pid);
  await tell(pid, new Manager(), deeds);
}

async function behind(kind, deeds, whileAsked = false) {
  const { pid, manager } = await behindItsBack(kind, whileAsked);
  const telling = tell(pid, manager, deeds);
  manager.child.kill('SIGCONT');
  await telling;
}

const stories = {
  'died without a manager, and is started': () => unmanaged('plain', ['start', 'stop']),
  'died without a manager, and is stopped': () => unmanaged('plain', ['stop']),
  'died without a manager, and is killed': () => unmanaged('plain', ['kill']),
  'died just before it is stopped': () => behind('plain', ['stop']),
  'died just before it is killed': () => behind('plain', ['kill']),
  'died just before it is restarted': () => behind('plain', ['restart', 'stop']),
  'died between being asked and being killed': () => behind('deaf', ['stop'], true),
  'died without a manager, and its PID file names it': () => unmanaged('daemon', ['start', 'stop']),
  'died just before it is stopped, and its PID file names it': () => behind('daemon', ['stop']),
  'died, its PID file names it, and it is wanted': () => behind('daemon', ['settle', 'stop']),
};

if (story === undefined) process.stdout.write(`${JSON.stringify(Object.keys(stories))}\n`);
else await stories[story]();
process.exit(0);
