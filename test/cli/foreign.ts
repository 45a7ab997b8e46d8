/** Files of other supervisors, as people have them. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readForeign, type Said } from '../../src/cli/import/read.ts';
import { lossText, writeDraft } from '../../src/cli/import/write.ts';
import type { ProjectSpec, ServiceSpec } from '../../src/machines/vocabulary.ts';
import { loadProject } from '../../src/services/load.ts';
import { servicesOf } from '../../src/services/members.ts';
import { env, machine } from '../support/configuration.ts';

export interface Imported {
  readonly text: string;
  readonly lost: readonly string[];
  readonly spec: ProjectSpec;
  service(name: string): ServiceSpec;
}

/** Writes the files into a directory of their own. */
export function folder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'drover-foreign-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}

/** Imports the first of the files, and loads what came out of it. */
export async function imported(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
  said: Said = {},
): Promise<Imported> {
  const directory = folder(files);
  const draft = await readForeign(join(directory, Object.keys(files)[0] ?? ''), said);
  const text = writeDraft(draft, { lines: ['Made by a test.'] });
  const file = join(directory, 'drover.yaml');
  writeFileSync(file, text);
  const spec = await loadProject(
    file,
    { env: { ...env, ...variables } },
    { isRoot: false, machine },
  );
  const services = servicesOf(spec.root);
  return {
    text,
    spec,
    lost: draft.allLosses().map((loss) => `${loss.service ?? ''} ${lossText(loss)}`.trim()),
    service(name) {
      const found = services.find((service) => service.name === name);
      if (found === undefined) throw new Error(`there is no ${name} in:\n${text}`);
      return found;
    },
  };
}
