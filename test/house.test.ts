/** The house stands as it is drawn in ARCHITECTURE.md: who may import whom. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** What each floor may import of the others; `types` only as types. */
const floors: Record<string, { code: readonly string[]; types: readonly string[] }> = {
  machines: { code: [], types: [] },
  kernel: { code: [], types: ['machines'] },
  actors: { code: ['kernel', 'machines'], types: [] },
  services: { code: [], types: ['machines'] },
  runtime: { code: ['machines', 'kernel', 'actors', 'services', 'version.ts'], types: [] },
  inspection: { code: ['machines', 'services', 'runtime', 'version.ts'], types: ['kernel'] },
  simulation: {
    code: ['machines', 'kernel', 'services', 'runtime', 'inspection', 'version.ts'],
    types: [],
  },
  control: {
    code: [
      ...['machines', 'kernel', 'actors', 'services', 'runtime', 'inspection', 'simulation'],
      'version.ts',
    ],
    types: [],
  },
  vitest: { code: ['kernel', 'services', 'runtime'], types: ['machines'] },
  cli: {
    code: [
      ...['machines', 'kernel', 'actors', 'services', 'runtime', 'inspection', 'simulation'],
      'control',
      'version.ts',
    ],
    types: [],
  },
};

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

function filesBelow(directory: string): readonly string[] {
  if (!existsSync(join(root, directory))) return [];
  return readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx)$/.test(name))
    .map((name) => join(directory, name));
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /(?:^|\n)\s*(import|export)\s+(type\s)?([^'"`;]*?from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
  );
  return [...statements].map(([, , type, names = '', path, lazy]) => {
    const named = names.replace(/from\s+$/, '').trim();
    const isAllTypes =
      named.startsWith('{') &&
      named
        .slice(1, -1)
        .split(',')
        .filter((one) => one.trim() !== '')
        .every((one) => one.trim().startsWith('type '));
    return { file, target: path ?? lazy ?? '', isType: type !== undefined || isAllTypes };
  });
}

/** `machines` for anything in it; the path of a package otherwise. */
function floorOf({ file, target }: Import): string {
  if (!target.startsWith('.')) return target;
  const path = relative(join(root, 'src'), resolve(root, dirname(file), target));
  return path.split('/')[0] ?? '';
}

describe('the house', () => {
  for (const [floor, allowed] of Object.entries(floors)) {
    it(`lets ${floor} stand only on what is below it`, () => {
      const wrong = filesBelow(`src/${floor}`)
        .flatMap(importsOf)
        .filter(({ target }) => target.startsWith('.'))
        .filter((one) => {
          const other = floorOf(one);
          if (other === floor || allowed.code.includes(other)) return false;
          return !(one.isType && allowed.types.includes(other));
        })
        .map(({ file, target }) => `${file} imports ${target}`);
      expect(wrong).toEqual([]);
    });
  }

  it('keeps the machines pure: they import xstate and nothing else', () => {
    const packages = filesBelow('src/machines')
      .flatMap(importsOf)
      .map(({ target }) => target)
      .filter((target) => !target.startsWith('.'));
    expect([...new Set(packages)]).toEqual(['xstate']);
  });

  it('lets no clock and no chance into machines, actors and services', () => {
    const words =
      /\bDate\.now\b|\bMath\.random\b|\bperformance\.now\b|(?<![.\w])set(Timeout|Interval)\(/;
    const wrong = ['machines', 'actors', 'services']
      .flatMap((floor) => filesBelow(`src/${floor}`))
      .filter((file) => words.test(readFileSync(join(root, file), 'utf8')));
    expect(wrong).toEqual([]);
  });

  it('signals processes in one place only', () => {
    const wrong = filesBelow('src')
      .filter((file) =>
        /\bprocess\.kill\(|\.kill\((?:-|pid|['"]SIG)/.test(readFileSync(join(root, file), 'utf8')),
      )
      .filter((file) => !file.startsWith('src/kernel/'));
    expect(wrong).toEqual([]);
  });

  it('uses pino in one file only', () => {
    const users = filesBelow('src')
      .flatMap(importsOf)
      .filter(({ target }) => target === 'pino')
      .map(({ file }) => file);
    expect([...new Set(users)]).toEqual(['src/runtime/log.ts']);
  });

  it("shows the inspector's page nothing but the protocol, as types, and the words of why", () => {
    const deep = filesBelow('inspector')
      .flatMap(importsOf)
      .filter(({ target }) => /(^|\/)src\//.test(target))
      .filter(({ target }) => !target.endsWith('src/runtime/wording.ts'))
      .filter(({ target, isType }) => !isType || !target.endsWith('src/inspection/protocol.ts'));
    expect(deep).toEqual([]);
  });

  it('has no index.ts that does more than re-export, but for the doors that make something', () => {
    const indices = filesBelow('src').filter((file) => file === 'src/index.ts');
    for (const file of indices) {
      const code = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
      expect(code.split(';').filter((line) => !/^\s*(export\s|$)/.test(line))).toEqual([]);
    }
  });
});
