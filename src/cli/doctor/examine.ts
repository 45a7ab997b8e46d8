/** Gathers what is known of a project, and asks every check. Changes nothing. */
import { connect } from '../../control/client.ts';
import { offlineStatus } from '../../control/offline.ts';
import type { ProjectSpec } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import { ConfigError } from '../../services/problems.ts';
import { checkPrograms } from './binaries.ts';
import type { Finding, Patient } from './finding.ts';
import { checkMachine } from './machine.ts';
import { checkPermissions } from './permissions.ts';
import { checkPorts } from './ports.ts';
import { checkState } from './state.ts';

export interface Project {
  readonly spec: ProjectSpec | null;
  readonly stateDir: string;
  /** Why there is no spec. */
  readonly error: unknown;
}

export async function examine({ spec, stateDir, error }: Project): Promise<readonly Finding[]> {
  const daemon = await askDaemon(stateDir);
  const patient: Patient = {
    spec,
    stateDir,
    own: daemon.pids ?? orphans(stateDir),
    isDaemonUp: daemon.pids !== null,
  };
  const checks = [checkPrograms, checkPorts, checkPermissions, checkState, checkMachine];
  return [
    ...configFindings(error),
    ...daemon.findings,
    ...checks.flatMap((check) => check(patient)),
  ];
}

function configFindings(error: unknown): readonly Finding[] {
  if (error === null) return [];
  if (error instanceof ConfigError) {
    return error.problems.map(({ line, path, message, suggestion }) => ({
      code: 'invalid-config',
      level: 'error',
      service: /^services\.([^.]+)/.exec(path)?.[1] ?? null,
      message: `line ${line} of the configuration: ${path} ${message}`,
      advice: suggestion ?? 'correct it; see `drover config`',
    }));
  }
  if (!(error instanceof SupervisorError)) throw error;
  const advice = error.hint ?? 'see `drover init`';
  return [{ code: error.code, level: 'error', service: null, message: error.message, advice }];
}

interface Daemon {
  /** Of all its services; null: none answers. */
  readonly pids: ReadonlySet<number> | null;
  readonly findings: readonly Finding[];
}

async function askDaemon(stateDir: string): Promise<Daemon> {
  const client = connect({ stateDir, silenceMs: 3_000 });
  try {
    const { services, daemon } = await client.status();
    const alive = services.filter(({ pid }) => pid !== null);
    const trees = await Promise.all(alive.map(({ name }) => client.processes({ name })));
    const degraded = daemon.degraded.map((message): Finding => {
      const advice = 'it heals by itself when the cause is gone';
      return { code: 'degraded', level: 'warning', service: null, message, advice };
    });
    return { pids: new Set(trees.flat().map(({ pid }) => pid)), findings: degraded };
  } catch (error) {
    const isAway = error instanceof SupervisorError && error.code === 'daemon-not-reachable';
    return { pids: null, findings: isAway ? [] : [deaf(error)] };
  } finally {
    client.close();
  }
}

const deaf = (error: unknown): Finding => ({
  code: 'daemon-not-answering',
  level: 'error',
  service: null,
  message: `the daemon does not answer: ${error instanceof Error ? error.message : error}`,
  advice: 'see `drover daemon logs`; end it with SIGKILL, and say `drover up -d`, which adopts all',
});

function orphans(stateDir: string): ReadonlySet<number> {
  try {
    return new Set(offlineStatus(stateDir).services.flatMap(({ pids }) => pids));
  } catch {
    return new Set();
  }
}
