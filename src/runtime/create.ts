/** Makes a supervisor: takes the state directory, recovers what was, and lets the tree run. */
import { createKernel } from '../kernel/index.ts';
import type { Cancel, Kernel } from '../kernel/port.ts';
import type { ProjectSpec } from '../machines/vocabulary.ts';
import type { Config } from '../services/definition.ts';
import { version } from '../version.ts';
import type { Supervisor, SupervisorOptions } from './api.ts';
import { Chronicle } from './chronicle.ts';
import { type Journal, openJournal } from './journal.ts';
import { createLog, type Log } from './log.ts';
import { Logs } from './logs.ts';
import { withOrphans } from './orphans.ts';
import { Registry } from './registry.ts';
import { lockStateDir, makeLifelines, prepareStateDir } from './state-dir.ts';
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
  makeLifelines(kernel, spec);
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
  journal.commit();
  return journal;
}

function isResolved(config: Config | ProjectSpec): config is ProjectSpec {
  return 'root' in config && 'stateDir' in config;
}
