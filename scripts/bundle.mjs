// The programs of the package, each in a few files instead of some hundred modules: most of what
// a start costs is to find, read and link them. The library stays in modules, as its
// host has the same xstate.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';

/** Large and for few (jiti, prom-client), optional, or by its licence to be replaceable (elkjs). */
const notBundled = /^(?:elkjs|jiti|prom-client|ink|react|@statelyai\/inspect)(?:\/|$)/;

/**
 * Modules that go into one chunk with all they import, because who needs one needs the rest:
 * most verbs ask a daemon, and many read a configuration.
 */
const together = {
  asking: /src\/cli\/(?:run-verb|session|operation|render\/status-table)\.ts$/,
  configuration: /src\/services\/(?:load|parse-json|resolve)\.ts$/,
  text: /src\/services\/parse-text\.ts$/,
};

/** In place of their modules in `made`. Resolves with the directories of the packages that are in them. */
export async function bundlePrograms(root, made) {
  // Of the modules of the command line only the program that `certify` starts and kills is run.
  const manager = join(made, 'cli/certify/manager.js');
  const kept = readFileSync(manager);
  rmSync(join(made, 'cli'), { recursive: true });
  mkdirSync(dirname(manager), { recursive: true });
  writeFileSync(manager, kept);
  return new Set([
    ...(await bundle({ root, made, entry: 'control/daemon-main', folder: 'daemon' })),
    ...(await bundle({ root, made, entry: 'cli/main', folder: 'cli' })),
  ]);
}

/**
 * Bundles `src/ENTRY.ts` into `made/ENTRY.js`, with chunks in `made/FOLDER` for what is loaded
 * on demand.
 */
async function bundle({ root, made, entry, folder }) {
  const src = join(root, 'src');
  const file = join(src, `${entry}.ts`);
  const graph = await rolldown({
    input: { [entry]: file },
    cwd: root,
    platform: 'node',
    external: notBundled,
    resolve: { alias: asModules(root) },
    transform: { target: 'node20.19' },
    plugins: [withoutUnused, asIfUnbundled(src)],
    // What is loaded on demand here may be needed from the beginning there.
    checks: { ineffectiveDynamicImport: false },
  });
  const groups = Object.entries(together).map(([name, test]) => ({ name, test }));
  // The entry awaits what chunks do, so none of them may have to wait for the entry.
  const start = { name: 'start', tags: ['$initial'], test: (id) => id !== file, priority: 1 };
  const { output } = await graph.generate({
    entryFileNames: '[name].js',
    chunkFileNames: `${folder}/[name]-[hash].js`,
    sourcemap: true,
    sourcemapExcludeSources: true,
    comments: { legal: true, annotation: false, jsdoc: false },
    codeSplitting: { groups: [start, ...groups] },
  });
  await graph.close();
  for (const one of output) {
    const path = join(made, one.fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, one.type === 'chunk' ? asAscii(one.code) : one.source);
  }
  return packagesOf(output.flatMap(({ moduleIds = [] }) => moduleIds));
}

/** The licences of packages, by their directories. */
export function licencesOf(packages) {
  const notices = [...packages].sort().map((directory) => {
    const file = readdirSync(directory).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`no licence in ${directory}`);
    const name = directory.replace(/^.*node_modules\//, '');
    return `${name}\n\n${readFileSync(join(directory, file), 'utf8').trim()}\n`;
  });
  return notices.join('\n\n');
}

/** Node is given CommonJS of these, which a bundle can only take whole and as it is. */
const asModules = (root) => ({
  'rxjs/internal': join(root, 'node_modules/rxjs/dist/esm/internal'),
  yaml: join(root, 'node_modules/yaml/browser/dist/index.js'),
});

/** One other character, and V8 keeps two bytes for each. */
const asAscii = (code) =>
  code.replaceAll(/[^\0-\x7f]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);

const packagesOf = (files) =>
  files.flatMap((file) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);

/**
 * Every module of ours goes on believing that it lies where it does without a bundle, so
 * that it finds programs, layouts and pages beside itself. Chunks lie one directory deep.
 */
const asIfUnbundled = (src) => ({
  name: 'as-if-unbundled',
  transform(code, id) {
    if (!id.startsWith(src) || !code.includes('import.meta')) return null;
    const place = `../${relative(src, id).replace(/\.ts$/, '.js')}`;
    const moved = code
      // A package that is required when it is first needed goes into the bundle too.
      .replaceAll(/createRequire\(import\.meta\.url\)\(('[^.'][^']*')\)/g, 'require($1)')
      .replaceAll('import.meta.url', `new URL('${place}', import.meta.url).href`)
      .replaceAll('import.meta.dirname', `(import.meta.dirname + '/${dirname(place)}')`);
    return { code: moved, map: null };
  },
});

/** What packages load and nobody uses: the threads of pino's transports, commander's verbs that are programs. */
const withoutUnused = {
  name: 'without-unused',
  transform(code, id) {
    if (/\/pino\/lib\/transport\.js$/.test(id))
      return { code: 'module.exports = undefined;', map: null };
    if (!/\/commander\/lib\/command\.js$/.test(id)) return null;
    return { code: code.replace("require('node:child_process')", 'undefined'), map: null };
  },
};
