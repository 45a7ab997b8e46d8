/**
 * From a configuration as written to a complete ProjectSpec, or to all that is
 * wrong with it. Starts nothing and writes nothing.
 */
import { basename, join, resolve } from 'node:path';
import type { Dependency, Name, ProjectSpec, ServiceSpec } from '../machines/vocabulary.ts';
import { assemble, shutdownMs } from './assembly.ts';
import type { Config, ConfigFields, ServiceFields } from './definition.ts';
import { resolveDependencies } from './dependencies.ts';
import type { Variables } from './interpolate.ts';
import { toSnake } from './keys.ts';
import { merge, type PlainFields, simplify } from './merge.ts';
import { type ParsedConfig, parseConfig } from './parse.ts';
import { fieldsOfPreset, type Machine, presetSite } from './presets/catalogue.ts';
import { Problems, type Source } from './problems.ts';
import { resolveService } from './resolve-service.ts';
import { absolute, createShare, type Site } from './site.ts';
import { type Need, type StartOrder, startOrder } from './start-order.ts';
import { growTree } from './tree.ts';

export interface ResolveOptions {
  /** What relative paths are relative to. */
  readonly baseDir: string;
  /** The manager's environment, of which services inherit a little. */
  readonly env: Variables;
  /** For messages. */
  readonly file?: string;
}

/** What `load.ts` knows beside that, and what tests would rather decide. */
export interface Circumstances {
  readonly source?: Source;
  readonly problems?: Problems;
  readonly isRoot?: boolean;
  readonly machine?: Machine;
  /** Changes the configuration, with keys in camelCase, before anything is made of it. */
  readonly amend?: (config: unknown) => unknown;
}

/** Throws a ConfigError with all problems. */
export function resolveProject(
  config: Config,
  options: ResolveOptions,
  circumstances: Circumstances = {},
): ProjectSpec {
  return resolveUnknown(config, options, circumstances);
}

/** The same for what came out of a file, and may be anything. */
export function resolveUnknown(
  config: unknown,
  options: ResolveOptions,
  circumstances: Circumstances,
): ProjectSpec {
  return new Resolution(options, circumstances).resolve(config);
}

class Resolution {
  readonly #baseDir: string;
  readonly #circumstances: Circumstances;
  readonly #problems: Problems;
  readonly #nameKey: (key: string) => string;
  /** A copy: each look at `process.env` is a system call away. */
  readonly #variables: Variables;
  readonly #isRoot: boolean;
  readonly #share = createShare();

  constructor(options: ResolveOptions, circumstances: Circumstances) {
    this.#baseDir = resolve(options.baseDir);
    this.#circumstances = circumstances;
    this.#variables = { ...options.env };
    this.#isRoot = circumstances.isRoot ?? process.geteuid?.() === 0;
    this.#problems = circumstances.problems ?? new Problems(sourceOf(options));
    this.#nameKey = circumstances.source === undefined ? (key) => key : toSnake;
  }

  resolve(written: unknown): ProjectSpec {
    const config = this.#circumstances.amend?.(written) ?? written;
    const parsed = parseConfig(config, this.#problems, this.#nameKey);
    const stateDir = this.#stateDir(parsed.top);
    const dependencies = this.#dependencies(parsed);
    const services = new Map<Name, ServiceSpec>();
    const defaults = simplify(parsed.top.defaults ?? {}, ['defaults'], this.#problems);
    for (const [name, fields] of parsed.services) {
      const needs = dependencies.get(name) ?? [];
      const spec = fields && this.#service(name, fields, needs, defaults, stateDir);
      if (spec !== null) services.set(name, spec);
    }
    const order = this.#order(parsed, dependencies);
    this.#problems.throwIfAny();
    return {
      name: nameOf(parsed.top, this.#baseDir),
      root: assemble(parsed, services, order),
      shutdownTimeoutMs: parsed.top.shutdown?.timeout ?? shutdownMs(services.values()),
      stateDir,
    };
  }

  #stateDir({ stateDir }: TopFields): string {
    const site = { baseDir: this.#baseDir, variables: this.#variables };
    return stateDir === undefined ? join(this.#baseDir, '.drover') : absolute(site, stateDir);
  }

  #dependencies({ services, groups, dependsOn }: ParsedConfig): Dependencies {
    const neighbourhood = { services, groups: new Set(groups.keys()) };
    return new Map(
      [...dependsOn].map(([name, written]) => {
        const path = ['services', name];
        return [name, resolveDependencies(written, neighbourhood, path, this.#problems)];
      }),
    );
  }

  #service(
    name: Name,
    fields: ServiceFields,
    needs: readonly Dependency[],
    defaults: PlainFields,
    stateDir: string,
  ): ServiceSpec | null {
    const site = this.#site(name, stateDir);
    const preset = this.#preset(fields, site);
    if (preset === null) return null;
    const layers = [
      defaults,
      simplify(preset, site.path, this.#problems),
      simplify(fields, site.path, this.#problems),
    ];
    return resolveService(merge(layers), needs, site);
  }

  #site(name: Name, stateDir: string): Site {
    return {
      name,
      stateDir,
      baseDir: this.#baseDir,
      variables: this.#variables,
      isRoot: this.#isRoot,
      path: ['services', name],
      problems: this.#problems,
      share: this.#share,
    };
  }

  #preset(fields: ServiceFields, site: Site): ServiceFields | null {
    if (fields.preset === undefined) {
      if (fields.with !== undefined) {
        this.#problems.add([...site.path, 'with'], 'needs a preset beside it', null, 'key');
      }
      return {};
    }
    const { machine } = this.#circumstances;
    return fieldsOfPreset(fields.preset, fields.with, presetSite(site, machine), this.#nameKey);
  }

  #order({ services, children }: ParsedConfig, dependencies: Dependencies): StartOrder {
    const groups = [...children].map(([name, names]) => ({ name, children: names }));
    const tree = growTree([...services.keys()], groups, this.#problems);
    const needs = [...dependencies].flatMap(([from, all]) => all.map((to): Need => ({ from, to })));
    const order = startOrder(tree, needs);
    for (const { need, message } of order.problems) {
      const path = ['services', need.from, 'dependsOn'];
      this.#problems.add(path, message, 'leave one of these dependencies out', 'key');
    }
    return order;
  }
}

type Dependencies = ReadonlyMap<Name, readonly Dependency[]>;
type TopFields = Partial<Omit<ConfigFields, 'services' | 'groups'>>;

const sourceOf = ({ file }: ResolveOptions): Source | undefined =>
  file === undefined
    ? undefined
    : { file, place: () => null, written: (path) => new Problems().nameOf(path) };

/** A directory may be called anything; a project's name is shown, and part of paths. */
function nameOf({ name }: TopFields, baseDir: string): string {
  const usable = basename(baseDir).replace(/[^\w.-]+/g, '-');
  return name ?? (usable === '' ? 'drover' : usable);
}
