/** From what is said about one service to a complete spec: every default is filled in here. */
import { hash as digest } from 'node:crypto';
import { join } from 'node:path';
import type { CommandSpec, Dependency, PrepareStep, ServiceSpec } from '../machines/vocabulary.ts';
import { resolveHealth, resolveReady } from './checks.ts';
import { resolveArgv, resolveCredentials, resolveLimits, type Surroundings } from './commands.ts';
import { resolveEnvironment } from './environment.ts';
import type { MergedFields } from './merge.ts';
import { resolvePrepare } from './preparation.ts';
import { resolveRestart } from './restarts.ts';
import { absolute, type Site } from './site.ts';
import { resolveReload, resolveStop } from './stops.ts';

/** Servers may take long to write it where they first recover; the process is watched meanwhile. */
const pidFileWaitMs = 30_000;
const rotation = { maxBytes: 10_000_000, maxFiles: 5 };

/** null where it has no command; what else is wrong is in `site.problems`. */
export function resolveService(
  fields: MergedFields,
  dependsOn: readonly Dependency[],
  site: Site,
): ServiceSpec | null {
  const { all, declared } = resolveEnvironment(fields, site);
  const surroundings = {
    cwd: fields.cwd === undefined ? site.baseDir : absolute(site, fields.cwd),
    env: all,
    credentials: resolveCredentials(fields, site),
  };
  const type = fields.type ?? 'simple';
  const pidFile = resolvePidFile(fields, site);
  const command = resolveCommand(fields, surroundings, site);
  const prepare = resolvePrepare(fields.prepare ?? [], surroundings, site);
  const { ready, settleMs } = resolveReady(
    fields.ready,
    type,
    pidFile?.path ?? null,
    surroundings,
    site,
  );
  const health = resolveHealth(fields.healthcheck, surroundings, site);
  const reload = resolveReload(fields.reload, surroundings, site);
  const stop = resolveStop(fields.stops, surroundings, site);
  const logs = resolveLogs(fields.logs, site);
  if (command === null) return null;
  const inherit = fields.inheritEnv ?? null;
  // Written out: of objects that were spread, each of a thousand would have a hidden class of its own.
  return {
    kind: 'service',
    name: site.name,
    description: fields.description ?? null,
    type,
    autostart: fields.autostart ?? true,
    prepare,
    pidFile,
    ready,
    settleMs,
    health,
    reload,
    restart: site.share(resolveRestart(fields.restart, type === 'oneshot' ? 'no' : 'on-failure')),
    stop: site.share(stop),
    dependsOn,
    logs,
    lifeline: join(site.stateDir, 'run', `${site.name}.lifeline`),
    labels: site.share(fields.labels ?? {}),
    command,
    hash: hashOf({ type, pidFile, inherit, prepare, logs: logs.path, command }, declared),
  };
}

function resolveCommand(
  fields: MergedFields,
  surroundings: Surroundings,
  site: Site,
): CommandSpec | null {
  const limits = resolveLimits(fields.limits ?? {}, site);
  if (fields.command === undefined) {
    site.problems.add(site.path, 'has no command', 'write command, or name a preset', 'key');
    return null;
  }
  const argv = resolveArgv(fields.command, [...site.path, 'command'], site, fields.shell);
  if (argv === null) return null;
  const { cwd, env, credentials } = surroundings;
  const { umask = null, nice = null } = fields;
  return { argv, cwd, env, credentials, umask, nice, limits: site.share(limits) };
}

function resolvePidFile({ type, pidFile }: MergedFields, site: Site): ServiceSpec['pidFile'] {
  if (pidFile === undefined) {
    if (type === 'forking') {
      site.problems.add(
        [...site.path, 'type'],
        'is "forking", so a PID file must say which process stays',
        'write pid_file, or run it in the foreground',
      );
    }
    return null;
  }
  const { path, wait } = typeof pidFile === 'string' ? { path: pidFile } : pidFile;
  return { path: absolute(site, path), waitMs: wait ?? pidFileWaitMs };
}

function resolveLogs(logs: MergedFields['logs'], site: Site): ServiceSpec['logs'] {
  return {
    path: logs?.file ? absolute(site, logs.file) : join(site.stateDir, 'logs', `${site.name}.log`),
    maxBytes: logs?.maxSize ?? rotation.maxBytes,
    maxFiles: logs?.maxFiles ?? rotation.maxFiles,
    errorLog: logs?.errorLog === undefined ? null : absolute(site, logs.errorLog),
  };
}

interface Essentials {
  readonly command: CommandSpec;
  readonly prepare: readonly PrepareStep[];
  readonly [more: string]: unknown;
}

/**
 * The environment counts as far as the configuration decides it: a manager
 * started from another terminal must not make every service look changed.
 */
function hashOf(essentials: Essentials, declared: Readonly<Record<string, string>>): string {
  const stable = {
    ...essentials,
    command: { ...essentials.command, env: declared },
    prepare: essentials.prepare.map((step) => ({
      ...step,
      command: step.command && { ...step.command, env: null },
    })),
  };
  return digest('sha256', canonical(stable)).slice(0, 16);
}

/** JSON with sorted keys. */
const canonical = (value: unknown): string => JSON.stringify(sorted(value));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) result[key] = sorted((value as Fields)[key]);
  return result;
}

type Fields = Readonly<Record<string, unknown>>;
