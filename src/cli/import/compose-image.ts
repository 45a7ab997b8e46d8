/** Images of servers that drover has a preset for. Pure. */
import type { Fields } from './draft.ts';

const presets: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  postgis: 'postgres',
  mysql: 'mysql',
  mariadb: 'mariadb',
  redis: 'redis',
  'redis-stack-server': 'redis',
  valkey: 'valkey',
  nginx: 'nginx',
  minio: 'minio',
};

/** Where the port is within the container. */
const usualPorts: Readonly<Record<string, number>> = {
  postgres: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  valkey: 6379,
  nginx: 80,
  minio: 9000,
};

export interface ImageFields {
  readonly fields: Fields;
  readonly note: string;
}

/** null: an image of which only its maker knows what it runs. */
export function imageFields(fields: Readonly<Record<string, unknown>>): ImageFields | null {
  const image = typeof fields['image'] === 'string' ? fields['image'] : '';
  if (fields['build'] !== undefined) return null;
  const name = image.replace(/@.*$/, '').split('/').at(-1)?.split(':')[0] ?? '';
  const preset = presets[name];
  if (preset === undefined) return null;
  const port = publishedPort(fields['ports'], usualPorts[preset] ?? 0);
  return {
    fields: { preset, ...(port === null ? {} : { with: { port } }) },
    note: 'its databases, accounts and files are to be made once, as the image did from its environment',
  };
}

/** `8080:80`: it is published there because others look for it there. */
function publishedPort(ports: unknown, usual: number): number | string | null {
  for (const one of Array.isArray(ports) ? ports : []) {
    const [target, published] = portsOf(one);
    if (Number(target) === usual && published !== undefined) return asNumber(published);
  }
  return null;
}

function portsOf(port: unknown): readonly [unknown, string | undefined] {
  if (typeof port === 'object' && port !== null && 'target' in port) {
    const { target, published } = port as { target: unknown; published?: unknown };
    return [target, published === undefined ? undefined : String(published)];
  }
  const [, published, target] =
    /^(?:[\d.]+:)?(\d+|\$\{.+\}):(\d+)(?:\/tcp)?$/.exec(String(port)) ?? [];
  return [target, published];
}

const asNumber = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);
