/** A unit of systemd for this project: printed, or written where systemd looks. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { daemonNodeFlags } from '../../control/node-flags.ts';
import { systemdUnit } from '../../control/systemd-unit.ts';
import type { ProjectSpec } from '../../machines/vocabulary.ts';
import { SupervisorError } from '../../services/errors.ts';
import { findConfig } from '../../services/find-config.ts';
import { loadProject } from '../../services/load.ts';
import { configPath, type Options } from '../options.ts';
import { screenOf } from '../session.ts';

export async function daemonInstall(options: Options): Promise<number> {
  const file = findConfig(configPath(options));
  const spec = await loadProject(file, { env: process.env });
  const isRoot = process.geteuid?.() === 0;
  const text = unitOf(spec, file, isRoot);
  const path = join(unitDirectory(isRoot), `drover-${spec.name}.service`);
  const screen = screenOf(options);
  if (options.json === true) {
    screen.json({ path, unit: text, written: options['print'] !== true });
  }
  if (options['print'] === true) {
    if (options.json !== true) screen.write(text);
    return 0;
  }
  write(path, text);
  if (options.json === true || options.quiet === true) return 0;
  const systemctl = isRoot ? 'systemctl' : 'systemctl --user';
  screen.line(`wrote ${path}`);
  screen.line(`${systemctl} daemon-reload`);
  screen.line(`${systemctl} enable --now drover-${spec.name}`);
  if (!isRoot) screen.line(`loginctl enable-linger ${userInfo().username}`);
  return 0;
}

const head = '# Made by drover';

function unitOf(spec: ProjectSpec, file: string, isRoot: boolean): string {
  const main = fileURLToPath(new URL('../../control/daemon-main.js', import.meta.url));
  return systemdUnit({
    project: spec.name,
    command: [
      process.execPath,
      ...daemonNodeFlags,
      main,
      '--file',
      file,
      '--start',
      'unless-stopped',
    ],
    directory: resolve(dirname(file)),
    shutdownTimeoutMs: spec.shutdownTimeoutMs,
    scope: isRoot ? 'system' : 'user',
  });
}

function unitDirectory(isRoot: boolean): string {
  if (isRoot) return '/etc/systemd/system';
  return join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'systemd/user');
}

/** What somebody wrote by hand is theirs. */
function write(path: string, text: string): void {
  if (existsSync(path) && !readFileSync(path, 'utf8').startsWith(head)) {
    throw new SupervisorError(
      'exists',
      `cannot write ${path}: it is there, and not made by drover`,
      'print the unit with --print, and put it where you want it',
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
