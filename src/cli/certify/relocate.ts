/**
 * Changes a configuration so that a service runs beside the user's own copy: whatever a
 * preset decides is decided anew, below a scratch directory and on free ports. Pure.
 */

type Fields = Readonly<Record<string, unknown>>;

export interface Move {
  readonly service: string;
  /** It and what it needs; all others are left out. */
  readonly kept: ReadonlyMap<string, Needs>;
  readonly stateDir: string;
  /** For the options `port` and `consolePort` of its preset. */
  readonly ports: readonly [number, number];
}

/** What each depends on, by name; groups are no more. */
export type Needs = Readonly<
  Record<string, { readonly condition: string; readonly restart: boolean }>
>;

/** Where a preset listens if it is not told. php-fpm has a socket then. */
const usualPorts: Readonly<Record<string, number>> = {
  nginx: 8080,
  redis: 6379,
  valkey: 6379,
  mysql: 3306,
  mariadb: 3306,
  postgres: 5432,
  minio: 9000,
};

/** What a preset puts below its own directory if it is not told where else. */
const places = ['directory', 'dataDir', 'socketDir', 'socket', 'pidFile'];

/** Whether all that the service keeps can be somewhere else: a configuration of the user's own says where. */
export function isMovable(service: unknown): boolean {
  const { preset, with: options } = asFields(service);
  return (
    typeof preset === 'string' && preset !== 'command' && asFields(options)['config'] === undefined
  );
}

/** `config` is as written, in camelCase. */
export function relocated(config: unknown, move: Move): unknown {
  const { groups: _, services, ...rest } = asFields(config);
  const all = asFields(services);
  const kept = [...move.kept].map(([name, needs]) => [name, moved(name, all[name], needs, move)]);
  return { ...rest, stateDir: move.stateDir, services: Object.fromEntries(kept) };
}

function moved(name: string, written: unknown, needs: Needs, move: Move): unknown {
  const { dependsOn: _, logs, ...rest } = asFields(written);
  const fields = {
    ...rest,
    ...(Object.keys(needs).length === 0 ? {} : { dependsOn: needs }),
    // Its output is kept here; where it writes its errors itself may be asked.
    logs: without(asFields(logs), isMovable(written) ? ['file', 'errorLog'] : ['file']),
  };
  if (!isMovable(written)) return fields;
  const options = without(asFields(rest['with']), places);
  const placed = { ...without(fields, ['pidFile']), with: options };
  return name === move.service ? onFreePort(placed, options, move) : placed;
}

function onFreePort(fields: Fields, options: Fields, { ports }: Move): Fields {
  const [port, consolePort] = ports;
  const preset = String(fields['preset']);
  const before = options['port'] ?? usualPorts[preset];
  if (before === undefined) return fields;
  const more = preset === 'minio' ? { port, consolePort } : { port };
  return { ...renumbered(fields, String(before), String(port)), with: { ...options, ...more } };
}

const asking = ['ready', 'healthcheck', 'stop', 'reload'];

/** Whoever asks beside the preset asks at the new port too. */
function renumbered(fields: Fields, before: string, after: string): Fields {
  const pattern = new RegExp(`(?<!\\d)${before}(?!\\d)`, 'g');
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(pattern, after);
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replace(one)]));
  };
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      asking.includes(key) ? replace(value) : value,
    ]),
  );
}

const without = (fields: Fields, keys: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));

const asFields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
