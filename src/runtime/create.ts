/** Makes a supervisor: takes the state directory, recovers what was, and lets the tree run. */
import { createKernel } from '../kernel/index.ts';
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { GroupSpec, ProjectSpec } from '../machines/vocabulary.ts';
import type { Config } from '../services/definition.ts';
import { SupervisorError } from '../services/errors.ts';
import { version } from '../version.ts';
import type { Supervisor, SupervisorOptions } from './api.ts';
import { Chronicle, lifelinesOf } from './chronicle.ts';
import { type Journal, openJournal } from './journal.ts';
import { createLog, type Log } from './log.ts';
import { Logs } from './logs.ts';
import { withOrphans } from './orphans.ts';
import { Registry } from './registry.ts';
import { RunningSupervisor } from './supervisor.ts';

export interface CreateOptions extends SupervisorOptions {
  /** What relative paths of a configuration are relative to. Default: the working directory. */
  readonly baseDir?: string;
}

/**
 * Takes a configuration as one writes it, or one that was loaded from a file. What an
 * earlier supervisor on the same state directory left running is adopted, and what
 * it was asked to keep running runs again.
 *
 * Rejects: `invalid-config`, `already-managed` (another supervisor has the state
 * directory), `state-dir-unusable`, `journal-too-new`, `unsupported-platform`.
 */
export async function createSupervisor(
  config: Config | ProjectSpec,
  options: CreateOptions = {},
): Promise<Supervisor> {
  const spec = isResolved(config) ? config : await resolved(config, options);
  const kernel = options.kernel ?? createKernel();
  const releaseHost = kernel.hold();
  try {
    prepareStateDir(kernel, spec);
    const release = await lockStateDir(kernel, spec.stateDir);
    try {
      return run(kernel, spec, options, release);
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    if (options.kernel === undefined) kernel.close();
    throw error;
  } finally {
    releaseHost();
  }
}

/** Whoever brings a configuration that was resolved elsewhere never loads what resolves one. */
async function resolved(config: Config, { baseDir = process.cwd() }: CreateOptions) {
  const { resolveProject } = await import('../services/resolve.ts');
  return resolveProject(config, { baseDir, env: process.env });
}

function run(
  kernel: Kernel,
  spec: ProjectSpec,
  options: SupervisorOptions,
  release: Cancel,
): Supervisor {
  const log = createLog({
    level: options.logLevel ?? 'warn',
    destination: options.logFile ?? null,
  });
  let chronicle: Chronicle | null = null;
  const journal = openProjectJournal(kernel, spec, log, () => chronicle);
  kernel.makeLifelines(lifelinesOf(spec.root));
  const registry = new Registry(spec.root);
  const logs = new Logs(kernel, spec, log);
  chronicle = new Chronicle(kernel.clock, journal, registry, log, {
    quote: (service, offset) => logs.quote(service, offset),
    stranger: ({ ready, lifeline }) =>
      ready?.ownsListener === true
        ? kernel.strangerAt(ready.check, { lifeline, main: null, known: [] })
        : null,
  });
  const root = withOrphans(kernel, spec, new Set(registry.names), journal.recovered);
  return new RunningSupervisor({ kernel, spec, root, registry, chronicle, logs, options, release });
}

/** What is wrong with a journal may be found before there is anybody to tell of it. */
function openProjectJournal(
  kernel: Kernel,
  spec: ProjectSpec,
  log: Log,
  listener: () => Chronicle | null,
): Journal {
  const journal = openJournal(kernel, `${spec.stateDir}/journal.jsonl`, {
    boot: kernel.self().bootId,
    onTrouble: (reason) => {
      log.warn({ reason }, 'the journal has trouble');
      listener()?.degrade(reason);
    },
    onHealed: () => {
      log.info({}, 'the journal is written again');
      listener()?.heal();
    },
  });
  journal.append({
    type: 'opened',
    manager: kernel.self().pid,
    version,
    config: spec.name,
  });
  return journal;
}

/**
 * Nobody else may look into it. Where a service runs as another user, that user must
 * be able to pass through to what is its own, and still sees nothing on the way.
 */
function prepareStateDir(kernel: Kernel, { stateDir, root }: ProjectSpec): void {
  const passable = isAnyOtherUser(root) ? 0o711 : 0o700;
  try {
    // It may be there from before there was such a service, or for the log of the daemon.
    kernel.files.makeDirectory(stateDir, { mode: passable, opens: true });
    kernel.files.makeDirectory(`${stateDir}/run`, { mode: passable, opens: true });
    kernel.files.makeDirectory(`${stateDir}/logs`, { mode: 0o700 });
  } catch (error) {
    throw unusable(stateDir, error);
  }
}

function isAnyOtherUser({ children }: GroupSpec): boolean {
  return children.some(({ spec }) =>
    spec.kind === 'group'
      ? isAnyOtherUser(spec)
      : [spec.command.credentials, ...spec.prepare.map(({ owner }) => owner)].some(
          (one) => one !== null,
        ),
  );
}

function lockStateDir(kernel: Kernel, stateDir: string): Promise<Cancel> {
  return new Promise((resolve, reject) => {
    kernel.lock(stateDir, {
      locked: resolve,
      taken: (pid) =>
        reject(
          new SupervisorError(
            'already-managed',
            `cannot manage ${stateDir}: process ${pid ?? 'unknown'} does already`,
            'two managers would each start their own copies; ask the first one, or stop it',
          ),
        ),
      failed: (error) => reject(unusable(stateDir, error)),
    });
  });
}

function unusable(stateDir: string, error: unknown): SupervisorError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SupervisorError(
    'state-dir-unusable',
    `cannot use the state directory ${stateDir}: ${reason}`,
    'it must be a directory that we may write to and nobody else; set state_dir to another one',
  );
}

function isResolved(config: Config | ProjectSpec): config is ProjectSpec {
  return 'root' in config && 'stateDir' in config;
}
