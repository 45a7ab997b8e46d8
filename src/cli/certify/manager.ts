/** A manager that is made to be killed: it starts one service, writes down its pid, and stays. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { ProjectSpec } from '../../machines/vocabulary.ts';
import { createSupervisor } from '../../runtime/create.ts';

const [, , order = '', service = '', answer = ''] = process.argv;
const project: ProjectSpec = JSON.parse(readFileSync(order, 'utf8'));

/** Whoever reads it reads all of it. */
function tell(value: unknown): void {
  writeFileSync(`${answer}.new`, JSON.stringify(value));
  renameSync(`${answer}.new`, answer);
}

try {
  const options = { by: 'drover certify', logLevel: 'silent', keepAlive: true } as const;
  const supervisor = await createSupervisor(project, options);
  const outcomes = await supervisor.start([service]);
  tell({ pid: outcomes.find(({ name }) => name === service)?.pid ?? null });
} catch (error) {
  tell({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
