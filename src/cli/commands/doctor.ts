/** `drover doctor`: what is wrong with this machine or this project, and what to do about it. */
import { dirname, resolve } from 'node:path';
import { findConfig } from '../../services/find-config.ts';
import { loadProject } from '../../services/load.ts';
import { examine, type Project } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { configPath, type Options, type Run } from '../options.ts';
import type { Screen } from '../render/screen.ts';
import { screenOf } from '../session.ts';

export const run: Run = async (_, options) => {
  const findings = await examine(await projectOf(options));
  const screen = screenOf(options);
  if (options.json === true) screen.json({ ok: findings.length === 0, findings });
  else tell(screen, findings, options.quiet === true);
  return findings.length === 0 ? 0 : 1;
};

/** A configuration that does not load is a finding like any other. */
async function projectOf(options: Options): Promise<Project> {
  let stateDir = resolve(options.stateDir ?? resolve(configPath(options), '.drover'));
  try {
    const file = findConfig(configPath(options));
    if (options.stateDir === undefined) stateDir = resolve(dirname(file), '.drover');
    const spec = await loadProject(file, { env: process.env });
    return {
      spec,
      stateDir: options.stateDir === undefined ? spec.stateDir : stateDir,
      error: null,
    };
  } catch (error) {
    return { spec: null, stateDir, error };
  }
}

function tell(screen: Screen, findings: readonly Finding[], isQuiet: boolean): void {
  for (const { level, message, advice } of findings) {
    const [style, symbol] =
      level === 'error' ? (['red', '✗'] as const) : (['yellow', '!'] as const);
    screen.line(`${screen.paint(style, symbol)} ${message}`);
    screen.line(`  ${screen.paint('dim', advice)}`);
  }
  if (findings.length === 0 && !isQuiet)
    screen.line(`${screen.paint('green', '✓')} nothing is wrong`);
}
