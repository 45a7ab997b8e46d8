/** Describes what is done before a service starts. */
import type { PrepareStep } from '../machines/vocabulary.ts';
import { helperCommand, resolveCredentials, type Surroundings } from './commands.ts';
import type { PrepareFields } from './definition.ts';
import { resolveEnvironment } from './environment.ts';
import { absolute, type Site } from './site.ts';

const timeoutMs = 180_000;

export function resolvePrepare(
  steps: readonly PrepareFields[],
  surroundings: Surroundings,
  site: Site,
): readonly PrepareStep[] {
  return steps.map((step, index) => {
    const inside = { ...site, path: [...site.path, 'prepare', index] };
    if (step.staging !== undefined && step.command === undefined) {
      site.problems.add([...inside.path, 'staging'], 'needs a command that builds it');
    }
    return resolveStep(step, surroundings, inside);
  });
}

function resolveStep(step: PrepareFields, outer: Surroundings, site: Site): PrepareStep {
  const at = (path: string): string => absolute(site, path);
  const owner = resolveCredentials(step, site) ?? outer.credentials;
  return {
    name: step.name,
    unlessExists: step.unlessExists === undefined ? null : at(step.unlessExists),
    directories: (step.directories ?? []).map((directory) =>
      typeof directory === 'string'
        ? { path: at(directory), mode: 0o755 }
        : { path: at(directory.path), mode: directory.mode ?? 0o755 },
    ),
    files: (step.files ?? []).map(({ path, content, mode, onlyIfMissing }) => ({
      path: at(path),
      content,
      mode: mode ?? 0o644,
      onlyIfMissing: onlyIfMissing ?? false,
    })),
    command: commandOf(step, outer, site),
    staging: step.staging ? { from: at(step.staging.from), to: at(step.staging.to) } : null,
    removeStale: (step.removeStale ?? []).map(at),
    owner,
    timeoutMs: step.timeout ?? timeoutMs,
  };
}

function commandOf(step: PrepareFields, outer: Surroundings, site: Site) {
  if (step.command === undefined) return null;
  const own = resolveEnvironment({ ...step, inheritEnv: false }, site).declared;
  const surroundings = {
    cwd: step.cwd === undefined ? outer.cwd : absolute(site, step.cwd),
    env: { ...outer.env, ...own },
    credentials: resolveCredentials(step, site) ?? outer.credentials,
  };
  return helperCommand(step.command, [...site.path, 'command'], site, surroundings, step.shell);
}
